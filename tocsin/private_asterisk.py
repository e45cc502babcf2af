"""A private copy of Asterisk in the cache, for hosts that have none that Tocsin can use.

It is fetched with the host's apt from a Debian suite that ships Asterisk 22, unpacked without being installed, and cut
down to what Asterisk and its modules need. It runs from where it lies: no root, no chroot, nothing changed on the host.
Standard library only: set-up runs before anything is installed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tocsin import certificates
from tocsin.steps import SetupFailed, run

SUITE = "forky"
MIRROR = "http://deb.debian.org/debian"
PACKAGES = ("asterisk", "asterisk-core-sounds-fr-wav", "asterisk-core-sounds-en-wav")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring")
VOICES = {"fr": "fr_CA_f_June", "en": "en_US_f_Allison"}
OLDEST = 22
PROBE_S = 10

DROPPED = re.compile(
    r"res_(calendar|snmp|fax|http_post|http_media_cache|stir_shaken|xmpp)|app_(jack|voicemail_)"
    r"|chan_(console|motif)|codec_(codec2|opus)|format_ogg|cdr_(?!csv|custom)|cel_|.*(curl|ldap|lua|odbc|pgsql)"
)
"""Modules that Tocsin has no use for and that bring large libraries."""

OPENED_LATER = ("libsoftokn3.so", "libfreebl3.so", "libfreeblpriv3.so")
"""Libraries that SRTP's cryptography (NSS) opens while it runs, so that no program names them."""


def whole(root: Path, modules: Iterable[str]) -> bool:
    """Is there an Asterisk under `root`, with all `modules`?"""
    folder = _modules(root)
    return (root / "usr/sbin/asterisk").exists() and all((folder / name).exists() for name in modules)


def host_suits(modules: Iterable[str]) -> bool:
    """Has the host an Asterisk that is new enough, answers REST over the WebSocket and has all `modules`?

    Nothing is started: the version is asked, and the module that would answer is searched for the word.
    """
    root = Path("/")
    if not whole(root, modules) or _version(root / "usr/sbin/asterisk") < OLDEST:
        return False
    return b"RESTRequest" in (_modules(root) / "res_ari.so").read_bytes()


def build(cache: Path, modules: Iterable[str], note: Callable[[str], None]) -> None:
    """Put a whole copy into `cache/asterisk`, unless another set-up does so meanwhile. Raises SetupFailed."""
    home, work = cache / "asterisk", cache / "asterisk.building"
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache / "asterisk.lock", note):
        if whole(home, modules):
            return
        shutil.rmtree(work, ignore_errors=True)
        try:
            kept = _kept(_unpack(_fetch(work, note), work / "tree", note), work / "kept")
            _check(kept, modules)
            if home.exists():
                home.rename(work / "old")
            kept.rename(home)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _modules(root: Path) -> Path:
    found = sorted((root / "usr/lib").glob("*-linux-gnu/asterisk/modules"))
    return found[0] if found else root / "usr/lib/asterisk/modules"


def _version(program: Path) -> int:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        said = subprocess.run([program, "-V"], capture_output=True, text=True, timeout=PROBE_S).stdout
        if match := re.match(r"Asterisk (?:certified/)?(\d+)", said):
            return int(match[1])
    return 0


@contextlib.contextmanager
def _alone(path: Path, note: Callable[[str], None]) -> Iterator[None]:
    """Only one set-up at a time gets past; the lock goes with the process."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note("another set-up is getting it; waiting")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(work: Path, note: Callable[[str], None]) -> list[Path]:
    """Download the packages and all that they need, with apt on folders of our own."""
    for folder in ("etc", "lists/partial", "archives/partial"):
        (work / folder).mkdir(parents=True)
    mirror = _mirror()
    (work / "sources.list").write_text(f"deb [signed-by={keyring()}] {mirror} {SUITE} main\n")
    (work / "status").touch()
    (work / "apt.conf").write_text(_apt_conf(work))
    remedy = f"Is the network up, and does {mirror} carry Debian {SUITE}? Then try again."
    try:
        _apt(work, ["update"], note, remedy)
    except SetupFailed as failure:
        if "expired" not in str(failure):
            raise
        note("the mirror's index is past its date; using it as it is (its signature is good)")
        _apt(work, ["update", "-o", "Acquire::Check-Valid-Until=false"], note, remedy)
    _apt(work, ["install", "--download-only", *PACKAGES], note, remedy)
    return sorted((work / "archives").glob("*.deb"))


def _apt(work: Path, arguments: list[str], note: Callable[[str], None], remedy: str) -> None:
    environment = os.environ | {"APT_CONFIG": str(work / "apt.conf"), "LC_ALL": "C.UTF-8"}
    run(["apt-get", "-y", *certificates.for_apt(), *arguments], note, remedy=remedy, environment=environment)


def _apt_conf(work: Path) -> str:
    """apt on `work` as if nothing were installed; from the host only how to reach the network (proxies)."""
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    network = [line for line in dump.splitlines() if line.startswith("Acquire::http")]
    places = {
        "Dir::Etc": work / "etc",
        "Dir::Etc::SourceList": work / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::Etc::Parts": "/dev/null",
        "Dir::Etc::Main": "/dev/null",
        "Dir::State::Lists": work / "lists",
        "Dir::State::status": work / "status",
        "Dir::State::extended_states": work / "extended_states",
        "Dir::Cache": work,
        "Dir::Cache::Archives": work / "archives",
        "Dir::Log": work,
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "APT::Update::Error-Mode": "any",  # else an update that gets nothing ends with status 0
    }
    return "\n".join([*network, *(f'{key} "{value}";' for key, value in places.items()), ""])


def _mirror() -> str:
    """The host's own Debian mirror where it has one."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    said = subprocess.run(asked, capture_output=True, text=True).stdout
    return next((uri.rstrip("/") for uri in said.split() if re.search(r"/debian/?$", uri)), MIRROR)


def keyring() -> Path | None:
    """The host's copy of Debian's archive keys."""
    return next((path for ending in (".gpg", ".pgp") if (path := KEYRING.with_suffix(ending)).exists()), None)


def _unpack(archives: list[Path], tree: Path, note: Callable[[str], None]) -> Path:
    tree.mkdir()
    note(f"unpacking {len(archives)} packages")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in pool.map(lambda archive: _unpack_one(archive, tree), archives):
            note(f"unpacked {done.name.partition('_')[0]}")
    return tree


def _unpack_one(archive: Path, tree: Path) -> Path:
    run(["dpkg-deb", "-x", str(archive), str(tree)], remedy="Is the disk full? 600 MB are needed for a moment.")
    archive.unlink()
    return archive


def _kept(tree: Path, kept: Path) -> Path:
    """Move what Asterisk needs to run from `tree` to `kept`."""
    libraries = next((tree / "usr/lib").glob("*-linux-gnu"))
    modules = [path for path in (libraries / "asterisk/modules").glob("*.so") if not DROPPED.match(path.name)]
    program = tree / "usr/sbin/asterisk"
    wanted = {program, *modules, *(libraries / name for name in OPENED_LATER), *_loader(tree)}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for needed in pool.map(lambda path: _needed(tree, libraries, path), [program, *modules]):
            wanted |= needed
    wanted |= {path.resolve() for path in wanted} | _copyrights(tree)
    for path in sorted(wanted):
        _move(path, kept / path.relative_to(tree))
    _move(tree / "usr/share/asterisk", kept / "usr/share/asterisk")
    for language, voice in VOICES.items():
        (kept / "usr/share/asterisk/sounds" / language).symlink_to(voice)
    return kept


def _copyrights(tree: Path) -> set[Path]:
    return {path for path in (tree / "usr/share/doc").glob("*/copyright") if not path.parent.is_symlink()}


def _loader(tree: Path) -> list[Path]:
    return [*(tree / "usr/lib64").glob("ld-*.so*"), *(tree / "usr/lib").glob("ld-*.so*")]


def _needed(tree: Path, libraries: Path, program: Path) -> set[Path]:
    """The libraries that `program` asks for, and those that they ask for."""
    path = f"{libraries}:{libraries}/pulseaudio"
    said = subprocess.run(
        [_loader(tree)[0], "--library-path", path, "--list", program], capture_output=True, text=True, check=True
    ).stdout
    return {Path(found) for found in re.findall(r"=> (\S+) \(", said) if found.startswith(str(tree))}


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)


def _check(kept: Path, modules: Iterable[str]) -> None:
    remedy = "Please report this, with the lines above."
    if not whole(kept, modules):
        raise SetupFailed("The copy lacks a module that Tocsin loads.", remedy)
    libraries = next((kept / "usr/lib").glob("*-linux-gnu"))
    program = [str(_loader(kept)[0]), "--library-path", str(libraries), str(kept / "usr/sbin/asterisk")]
    run([*program, "-V"], remedy=remedy)
