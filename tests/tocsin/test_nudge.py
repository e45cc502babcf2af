"""A word to the service, over the real socket."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from rules.model import Language
from service import nudge
from supervision.parts import PartFailed

TEXTS = {Language.FR: "Faites bouillir l'eau."}


def nothing(_: object = None) -> None:
    pass


async def test_it_is_felt_and_nobody_waits_for_it(tmp_path: Path) -> None:
    home = tmp_path / ("a-name-too-long-for-the-address-of-a-socket-" * 4)
    home.mkdir()
    nudge.give(home)  # nobody is there
    felt = asyncio.Event()
    async with nudge.felt(home, felt.set, nothing):
        nudge.give(home)
        await asyncio.wait_for(felt.wait(), 5)
    nudge.give(home)  # nobody is there any more
    async with nudge.felt(home, felt.clear, nothing):  # the socket of the one before lies there still
        assert felt.is_set()


async def test_a_service_without_it_is_told_and_commands_run_all_the_same(tmp_path: Path) -> None:
    (tmp_path / nudge.SOCKET).mkdir()
    with pytest.raises(PartFailed) as failed:
        await nudge.feel(tmp_path, nothing, nothing)
    assert nudge.WITHOUT in failed.value.remedy
    nudge.give(tmp_path)


async def test_texts_that_are_coming_are_told(tmp_path: Path) -> None:
    told: asyncio.Queue[nudge.Texts] = asyncio.Queue()
    async with nudge.felt(tmp_path, nothing, told.put_nowait):
        nudge.give(tmp_path, {Language.FR: "é" * 200_000})  # too long for a datagram: nobody minds
        nudge.give(tmp_path)
        nudge.give(tmp_path, TEXTS)
        assert await asyncio.wait_for(told.get(), 5) == TEXTS
    assert told.empty()


async def test_what_is_no_word_of_ours_is_passed_over(tmp_path: Path) -> None:
    felt = asyncio.Event()
    async with nudge.felt(tmp_path, felt.set, nothing):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
            for word in (b"", b"!", b"[1]", b'{"de": "Wasser"}'):
                other.sendto(word, str(tmp_path / nudge.SOCKET))
        await asyncio.sleep(0.05)
        assert not felt.is_set()
        nudge.give(tmp_path)
        await asyncio.wait_for(felt.wait(), 5)
