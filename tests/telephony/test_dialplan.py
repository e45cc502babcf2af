"""Faults of a dialplan that Asterisk only notices in a call, read off what its console says."""

import pytest

from telephony import dialplan

APPLICATIONS = {"Answer", "Goto", "GotoIf", "Gosub", "Hangup", "Set", "Stasis"}
PLAN = """[ Context 'line' created by 'pbx_config' ]
  's' =>            1. Stasis(${{TOCSIN_APP}},incoming)             [extensions.conf:13]
                    2. {step} [extensions.conf:15]
     [end]          3. Hangup()                                   [extensions.conf:19]

[ Context 'from-trunk' created by 'pbx_config' ]
  '_[+0-9]!' =>     1. Goto(line,s,1)                             [extensions.conf:8]
  '_NXX5X.' =>      1. Goto(line,s,end)                           [extensions.conf:9]

[ Context 'wide' created by 'pbx_config' ]
  's' =>            1. Hangup()                                   [extensions.conf:40]
  Include =>        'line'                                        [pbx_config]

-= 5 extensions (6 priorities) in 3 contexts. =-
"""


def found(step: str) -> list[str]:
    return dialplan.problems(PLAN.format(step=step), APPLICATIONS, {"CALLERID"})


@pytest.mark.parametrize(
    "step",
    [
        "Answer(500)",
        'GotoIf($["${STASISSTATUS}" != "FAILED"]?end)',
        'GotoIf($["${X}" = "a:b"]?s,1:end)',
        "GotoIf($[${X} > 1]?:end)",
        "Goto(from-trunk,+15145550101,1)",
        "Goto(from-trunk,4185551,1)",
        "Goto(from-trunk,418-555-1,1)",
        "Goto(wide,s,whatever)",
        "Goto(${X},s,1)",
        "Gosub(line,s,1(fr/hello))",
        "Set(X=${CALLERID(num)})",
    ],
)
def test_what_is_there_is_not_complained_of(step: str) -> None:
    assert found(step) == []


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("Anser(500)", "there is no application Anser(); check its spelling, or load its module in modules.conf"),
        ("Set(X=${CALERID(num)})", "there is no function CALERID(); check its spelling"),
        ("Goto(lines,s,1)", "Goto() leads to lines,s,1, which is not there; correct one of the two"),
        ("Goto(s,4)", "Goto() leads to s,4, which is not there"),
        ("Goto(from-trunk,abc,1)", "Goto() leads to from-trunk,abc,1, which is not there"),
        ("GotoIf($[1]?ende:end)", "GotoIf() leads to ende, which is not there"),
        ("Gosub(line,t,1(x))", "Gosub() leads to line,t,1, which is not there"),
    ],
)
def test_what_is_not_there_is_named_with_file_and_line(step: str, told: str) -> None:
    [problem] = found(step)
    assert problem.startswith(f"extensions.conf line 15: {told}")


def test_a_priority_that_follows_none() -> None:
    plan = PLAN.format(step="Answer()").replace("2. Answer", "4. Answer")
    [problem] = dialplan.problems(plan, APPLICATIONS, set())
    assert problem == "extensions.conf line 15: priority 4 of s is never reached: write n, or 2"


MATCHES = [
    ("s", "s", True),
    ("s", "t", False),
    ("_NXXXXXXXXX", "5145550101", True),
    ("_NXXXXXXXXX", "1145550101", False),
    ("_NXXXXXXXXX", "514555010", False),
    ("_nxx", "514", True),
    ("_1X.", "15", False),
    ("_1X.", "151", True),
    ("_5!", "5", True),
    ("_[+0-9]!", "+", True),
    ("_[a-c]Z", "b0", False),
    ("_[135]9", "49", False),
    ("_*98", "*98", True),
    ("_NXX-NXX-XXXX", "5145550101", True),
    ("514-555-0101", "5145550101", True),
    ("5145550101", "514-555-0101", True),
    ("_[1-3-5]", "-", False),
]
"""Pattern, extension, and whether it matches: Asterisk is asked, too (`tests/live/test_dialplan.py`)."""


@pytest.mark.parametrize(("pattern", "extension", "matches"), MATCHES)
def test_patterns_match_as_in_asterisk(pattern: str, extension: str, matches: bool) -> None:
    assert dialplan._matches(pattern, extension) is matches
