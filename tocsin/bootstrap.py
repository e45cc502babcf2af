"""Set-up, as `make setup` runs it: `python3 -m tocsin.bootstrap`. A second run only looks, in well under a second.

It runs on the system's Python before anything is installed, so it uses the standard library alone. Images are built
with some steps alone: `python3 -m tocsin.bootstrap service-libraries`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path

from tocsin import certificates, private_asterisk
from tocsin.steps import SetupFailed, SetUpStep, run

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
ENV_FILE = ROOT / ".env"
CERTIFICATES = ROOT / "certificates"
FOLDERS = {"TOCSIN_CACHE": "~/.cache/tocsin", "TOCSIN_HOME": "var"}
OLDEST_PYTHON = (3, 11)
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
PROGRAMS = {"ffmpeg": "ffmpeg", "espeak-ng": "espeak-ng"}
TEST_PROGRAMS = {"sipp": "sip-tester"}
PROXIES = ("http_proxy", "https_proxy", "no_proxy")  # as apt reads them; sudo would drop them
FIRST = "setuptools|uv"  # what the others are installed with
AGAIN = "Then run the same command again: it goes on where it stopped."

LAUNCHER = """#!/bin/sh
'''exec' '{python}' "$0" "$@"
' '''
import sys

from tocsin.cli import main

sys.exit(main())
"""
"""Read by the shell, it starts Python on itself: unlike a #! line, that allows any length and spaces in the path."""


def main(names: list[str]) -> int:
    """The named steps, or those of SETUP, in order; exit status 1 when one fails, with what to do about it."""
    try:
        with certificates.trusted(CERTIFICATES):
            return _all(names or SETUP)
    except SetupFailed as failure:
        return _failed(SetUpStep("Certificates"), failure)


def _all(names: Iterable[str]) -> int:
    for name in names:
        step = SetUpStep(name.replace("-", " ").capitalize())
        do = STEPS[name]
        try:
            how = do(step)
        except SetupFailed as failure:
            return _failed(step, failure)
        except OSError as error:
            remedy = "Is the disk full, or a folder not yours? 1.5 GB are needed at first."
            return _failed(step, SetupFailed(str(error), remedy))
        except KeyboardInterrupt:
            step.failed()
            return 130
        step.done(how)
    return 0


def _failed(step: SetUpStep, failure: SetupFailed) -> int:
    step.failed()
    remedy = certificates.remedy(str(failure)) or failure.remedy
    print(f"\n{failure}\n\nWhat to do: {remedy}\n{AGAIN}", file=sys.stderr)
    return 1


def check_python(step: SetUpStep) -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        raise SetupFailed(
            f"Tocsin needs Python 3.11 or newer; {sys.executable} is {version}.",
            "Install a newer one and name it: make setup PYTHON=python3.12",
        )
    return version


def install_packages(step: SetUpStep) -> str:
    missing = list(_missing_packages())
    if not missing:
        return "all there"
    apt_install(missing, step)
    return "installed " + ", ".join(missing)


def install_test_packages(step: SetUpStep) -> str:
    """What only the tests need: a telephone network that is not ours."""
    missing = [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]
    if not missing:
        return "all there"
    apt_install(missing, step)
    return "installed " + ", ".join(missing)


def _missing_packages() -> Iterable[str]:
    yield from (package for program, package in PROGRAMS.items() if not shutil.which(program))
    if not _host_or_copy_there() and private_asterisk.keyring() is None:
        yield "debian-archive-keyring"
    if _venv_is_current():
        return
    if importlib.util.find_spec("ensurepip") is None:
        yield f"{PYTHON}-venv"
    # One of the libraries (ttspico) is distributed as C source only.
    if not (shutil.which("cc") or shutil.which("gcc")):
        yield from ("gcc", "libc6-dev")
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        yield f"{PYTHON}-dev"


def apt_install(packages: list[str], step: SetUpStep) -> None:
    options = ["-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", *certificates.for_apt()]
    install = ["apt-get", "install", "--no-install-recommends", *packages]
    remedy = f"Have an administrator run: apt-get update && {shlex.join(install)}"
    sudo = _sudo()
    if not shutil.which("apt-get") or (sudo and not shutil.which("sudo")):
        raise SetupFailed(f"These packages are missing: {', '.join(packages)}.", remedy)
    quiet = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive"]
    said = run([*quiet, "apt-get", *options, "update"], step.note, remedy=remedy)
    try:
        run([*quiet, install[0], *options, *install[1:]], step.note, remedy=remedy)
    except SetupFailed as failure:
        # An update that got nothing ends with status 0; why it did is told there alone.
        raise SetupFailed(f"{said}\n{failure}", failure.remedy) from failure


def _sudo() -> list[str]:
    if os.geteuid() == 0:
        return []
    proxies = ",".join(name for name in PROXIES if name in os.environ)
    asks = [] if sys.stdin.isatty() else ["-n"]
    return ["sudo", *asks, *([f"--preserve-env={proxies}"] if proxies else [])]


def make_venv(step: SetUpStep, *what: str) -> str:
    if _venv_is_current():
        return "up to date"
    python = str(VENV / "bin/python")
    remedy = "Is the network up? If .venv is broken, `make clean` removes it."
    step.note("making .venv")
    run([sys.executable, "-m", "venv", *_afresh(), str(VENV)], step.note, remedy=remedy)
    _install_first(python, step, remedy)
    step.note("installing from requirements.lock")
    # -g0 -O1: the one library that is compiled takes 10 s, not 27.
    environment = os.environ | {"CFLAGS": "-g0 -O1", "UV_SYSTEM_CERTS": "1"}
    # Compiled once here: whoever runs the service may have no right to write in .venv.
    options = ["--require-hashes", "--no-build-isolation", "--compile-bytecode", *(what or ("-r", str(LOCK)))]
    uv = [str(VENV / "bin/uv"), "pip", "install", "--no-config", "--python", python]
    run([*uv, *options], step.note, remedy=remedy, environment=environment)
    _link_project(python)
    _stamp_file().write_text(_venv_stamp())
    return "as pinned in requirements.lock"


def make_service_venv(step: SetUpStep) -> str:
    """Without the tools for developers."""
    return make_venv(step, "-r", str(ROOT / "pyproject.toml"), "-c", str(LOCK))


def _afresh() -> list[str]:
    """--clear when .venv was made by another Python, or for another folder."""
    pip = VENV / "bin/pip"
    made_here = (VENV / "lib" / PYTHON).exists() and pip.exists() and str(VENV) in pip.read_text()
    return ["--clear"] if VENV.exists() and not made_here else []


def _install_first(python: str, step: SetUpStep, remedy: str) -> None:
    """uv installs the rest ten times as fast as pip; pip installs uv, by the hashes of the same lock file."""
    first = VENV / "first.lock"
    first.write_text("".join(pinned_first()))
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    run([*pip, "-r", str(first)], step.note, remedy=remedy)


def pinned_first() -> list[str]:
    """Those lines of the lock file."""
    return re.findall(rf"^(?:{FIRST})==.*\n(?:    .*\n)+", LOCK.read_text(), re.MULTILINE)


def _link_project(python: str) -> None:
    """Put this folder on .venv's path and make `.venv/bin/tocsin`: what an editable install does, without a build."""
    (VENV / "lib" / PYTHON / "site-packages/tocsin.pth").write_text(f"{ROOT}\n")
    launcher = VENV / "bin/tocsin"
    launcher.write_text(LAUNCHER.format(python=python))
    launcher.chmod(0o755)


def _stamp_file() -> Path:
    return VENV / "tocsin.stamp"


def _venv_stamp() -> str:
    parts = [sys.version, str(ROOT), LOCK.read_text(), Path(__file__).read_text()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _venv_is_current() -> bool:
    stamp = _stamp_file()
    return stamp.exists() and stamp.read_text() == _venv_stamp() and (VENV / "bin/python").exists()


def get_asterisk(step: SetUpStep) -> str:
    source = setting("TOCSIN_ASTERISK", "auto")
    if source == "external":
        return "external; nothing to get"
    cache = folder("TOCSIN_CACHE")
    if private_asterisk.whole(cache / "asterisk", modules()):
        return f"the private copy in {cache}"
    if source == "auto" and private_asterisk.host_suits(modules()):
        return "the host's"
    private_asterisk.build(cache, modules(), step.note)
    return f"made a private copy in {cache}"


def _host_or_copy_there() -> bool:
    if setting("TOCSIN_ASTERISK", "auto") == "external":
        return True
    return private_asterisk.whole(folder("TOCSIN_CACHE") / "asterisk", modules()) or private_asterisk.host_suits(
        modules()
    )


def modules() -> list[str]:
    """What Tocsin and its lab town load."""
    files = (ROOT / "dialplans/modules.conf", ROOT / "lab/dialplans/modules.conf")
    return sorted({name for file in files for name in re.findall(r"^load = (\S+)", file.read_text(), re.MULTILINE)})


def build_prompts(step: SetUpStep) -> str:
    stamp = folder("TOCSIN_HOME") / "prompts.stamp"
    if stamp.exists() and stamp.read_text() == _prompts_stamp():
        return "up to date"
    remedy = "The lines above say which prompt; `.venv/bin/tocsin prompts check` tells more."
    run([str(VENV / "bin/tocsin"), "prompts", "build"], step.note, remedy=remedy)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(_prompts_stamp())
    return "built"


def _prompts_stamp() -> str:
    """Changes when a text, a recording, a speech engine or a setting does, or when the audio is gone."""
    folders = (ROOT / "prompts", folder("TOCSIN_HOME") / "recordings")
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix not in ("", ".pyc")]
    seen = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    settings = sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith("TOCSIN_"))
    audio = str((folder("TOCSIN_HOME") / "audio").exists())
    return hashlib.sha256("\n".join([*seen, *settings, _text(ENV_FILE), audio]).encode()).hexdigest()


def folder(name: str, env_file: Path = ENV_FILE) -> Path:
    """What one of the settings in FOLDERS names; relative paths start at the project's folder."""
    return ROOT / Path(setting(name, FOLDERS[name], env_file)).expanduser()


def setting(name: str, default: str, env_file: Path = ENV_FILE) -> str:
    """As service.settings reads it: the environment, then .env, then the default."""
    line = re.search(rf"^\s*(?:export )?{name}\s*=\s*['\"]?([^'\"#\n]*)", _text(env_file), re.MULTILINE)
    return os.environ.get(name) or (line[1].strip() if line else "") or default


def _text(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""


STEPS: dict[str, Callable[[SetUpStep], str]] = {
    "python": check_python,
    "system-packages": install_packages,
    "python-libraries": make_venv,
    "service-libraries": make_service_venv,
    "asterisk": get_asterisk,
    "prompts": build_prompts,
    "test-packages": install_test_packages,
}
"""Each does one thing unless it is done already, and returns how it stands."""

SETUP = ("python", "system-packages", "python-libraries", "asterisk", "prompts")

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
