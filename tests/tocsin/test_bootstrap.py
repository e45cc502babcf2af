import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from service import places, settings
from tocsin import bootstrap, private_asterisk, steps
from tocsin.steps import SetupFailed

ROOT = places.ROOT


def test_set_up_needs_only_the_standard_library() -> None:
    program = "import sys, tocsin.bootstrap; print([m for m in sys.modules if m in ('pydantic', 'structlog', 'yaml')])"
    done = subprocess.run([sys.executable, "-S", "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_launcher_starts_from_a_folder_with_spaces(tmp_path: Path) -> None:
    folder = tmp_path / ("a folder " + "x" * 150)
    (folder / "tocsin").mkdir(parents=True)
    (folder / "tocsin/cli.py").write_text("import sys\ndef main(): print(sys.argv[1:]); return 3\n")
    python = folder / "python"
    python.symlink_to(sys.executable)
    launcher = folder / "launcher"
    launcher.write_text(bootstrap.LAUNCHER.format(python=python))
    launcher.chmod(0o755)
    done = subprocess.run(
        [launcher, "alert", "two words"], env={"PYTHONPATH": str(folder)}, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (3, "['alert', 'two words']\n")


def test_every_dependency_is_pinned_with_its_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[><=; ]", line)[0].lower() for line in asked}
    pinned = set(re.findall(r"^([a-z0-9.-]+)==.*\\\n    --hash=sha256", bootstrap.LOCK.read_text(), re.MULTILINE))
    assert names <= pinned


def test_the_tools_that_install_the_rest_are_in_the_lock() -> None:
    assert [line.partition("==")[0] for line in bootstrap.pinned_first()] == ["setuptools", "uv"]


@pytest.mark.parametrize("line", ["TOCSIN_CACHE=/a/b", "TOCSIN_CACHE='/a/b'", 'export TOCSIN_CACHE="/a/b" # ours'])
def test_set_up_reads_the_settings_file_as_the_program_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.delenv("TOCSIN_CACHE", raising=False)
    path = tmp_path / ".env"
    path.write_text(f"#TOCSIN_CACHE=/other\n{line}\n")
    assert bootstrap.setting("TOCSIN_CACHE", "", path) == str(settings.load(path).cache)


def test_environment_wins_in_set_up_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_CACHE", "/c")
    assert bootstrap.setting("TOCSIN_CACHE", "", tmp_path / ".env") == "/c"


def test_set_up_and_program_agree_on_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.names():
        monkeypatch.delenv(name, raising=False)
    plain = settings.load(None)
    assert bootstrap.folder("TOCSIN_CACHE", Path("/none")) == plain.cache
    assert bootstrap.folder("TOCSIN_HOME", Path("/none")) == plain.home


def test_without_apt_the_command_for_an_administrator_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupFailed, match="ffmpeg") as caught:
        bootstrap.apt_install(["ffmpeg"], steps.SetUpStep("System packages"))
    assert "apt-get update && apt-get install --no-install-recommends ffmpeg" in caught.value.remedy


def test_a_failing_command_shows_its_last_lines_and_the_remedy() -> None:
    with pytest.raises(SetupFailed, match="status 3:\nno route") as caught:
        steps.run(["sh", "-c", "echo no route >&2; exit 3"], remedy="Plug it in.")
    assert caught.value.remedy == "Plug it in."


def test_a_missing_command_is_named() -> None:
    with pytest.raises(SetupFailed, match="no-such-program"):
        steps.run(["no-such-program"], remedy="")


def test_each_line_of_a_long_command_is_passed_on() -> None:
    said: list[str] = []
    steps.run(["sh", "-c", "echo one; echo two"], said.append, remedy="")
    assert said == ["one\n", "two\n"]


def test_an_asterisk_without_a_module_that_we_load_is_not_whole(tmp_path: Path) -> None:
    folder = tmp_path / "usr/lib/x86_64-linux-gnu/asterisk/modules"
    folder.mkdir(parents=True)
    (folder / "res_ari.so").touch()
    (tmp_path / "usr/sbin").mkdir()
    (tmp_path / "usr/sbin/asterisk").touch()
    assert private_asterisk.whole(tmp_path, ["res_ari.so"])
    assert not private_asterisk.whole(tmp_path, ["res_ari.so", "app_amd.so"])


def test_no_module_that_we_load_is_dropped_from_the_copy() -> None:
    assert not [name for name in bootstrap.modules() if private_asterisk.DROPPED.match(name)]


def test_a_second_set_up_has_nothing_to_do() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tocsin.bootstrap"], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("✓") == len(bootstrap.SETUP)
