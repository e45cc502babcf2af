"""FFmpeg's audio filters, run in this process by PyAV: to start the ffmpeg program takes longer than the filters do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Mono. Full scale is 1."""

Filter = tuple[str, str]
"""A filter's name and options, as in `ffmpeg -af NAME=OPTIONS`."""

REMEDY = "Run `make setup` again"


FRAME = 16384
"""Samples given at once: half a minute in one frame takes twice as long, since no cache of a processor holds it."""


class FilterFailed(Exception):
    """FFmpeg refused the filters or the audio; the message says why and what to do."""


def run(sound: NDArray[np.int16] | Samples, rate: int, filters: Sequence[Filter]) -> Samples:
    """Mono audio of `rate` samples a second through the filters, in order. The same input gives the same output on one
    version of PyAV, which brings its own FFmpeg. Raises FilterFailed."""
    try:
        graph = _graph(rate, _format(sound), filters)
        for start in range(0, len(sound), FRAME):
            graph.push(_frame(sound[start : start + FRAME], start, rate))
        graph.push(None)
        return np.concatenate([np.zeros(0, np.float32), *_pulled(graph)])
    except (av.FFmpegError, ValueError) as error:
        raise FilterFailed(f"FFmpeg can't filter it: {error}. {REMEDY}") from error


def _frame(sound: NDArray[np.int16] | Samples, start: int, rate: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format=_format(sound), layout="mono")
    frame.sample_rate, frame.pts = rate, start  # without its time, afade silences it
    return frame


def _format(sound: NDArray[np.int16] | Samples) -> str:
    return "s16" if sound.dtype == np.int16 else "flt"


def _graph(rate: int, sample_format: str, filters: Sequence[Filter]) -> Graph:
    graph = Graph()
    graph.threads = 1  # mono gives a second thread nothing to do
    last = graph.add_abuffer(format=sample_format, sample_rate=rate, layout="mono", time_base=Fraction(1, rate))
    for name, options in (*filters, ("aformat", "sample_fmts=flt")):
        step = graph.add(name, options)
        last.link_to(step)
        last = step
    last.link_to(graph.add("abuffersink"))
    graph.configure()
    return graph


def _pulled(graph: Graph) -> Iterator[Samples]:
    while True:
        try:
            frame = graph.pull()
        except (av.EOFError, av.BlockingIOError):
            return
        if isinstance(frame, av.AudioFrame):
            yield frame.to_ndarray().ravel().astype(np.float32, copy=False)
