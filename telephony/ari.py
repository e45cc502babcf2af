"""What Asterisk is asked to do: the only file that knows the paths of ARI's commands (docs.asterisk.org)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from telephony import events
from telephony.line import Line
from telephony.link import AriAddress, AriError, AriLink, LinkDown, answers

__all__ = ["Ari", "AriAddress", "AriError", "Line", "LinkDown", "answers"]


class Ari(AriLink):
    """A client for one application: its commands raise what `AriLink.request` does."""

    async def originate(
        self,
        endpoint: str,
        channel_id: str,
        *,
        caller_id: str,
        ring_s: float,
        args: str = "",
    ) -> None:
        """Place a call that enters the application when answered. Raises AriError 409 when the id is live."""
        query: dict[str, Any] = {
            "app": self.app,
            "appArgs": args,
            "callerId": caller_id,
            "timeout": max(1, round(ring_s)),
        }
        await self.command("POST", f"channels/{channel_id}", endpoint=endpoint, **query)

    async def channels(self) -> list[events.AsteriskChannel]:
        return msgspec.convert(await self.request("GET", "channels"), list[events.AsteriskChannel])

    async def version(self) -> str:
        """Of Asterisk."""
        info: Mapping[str, Any] = await self.request("GET", "asterisk/info", only="system")
        return str(info.get("system", {}).get("version", ""))

    async def reachable(self, trunk: str) -> bool:
        """Whether the far end of a trunk answered the last OPTIONS, with whatever status; one that is not asked counts
        as answering."""
        # Asked, not subscribed to: a subscription brings each event of a trunk's calls, such as a key, a second time.
        endpoint: Mapping[str, Any] = await self.request("GET", f"endpoints/PJSIP/{trunk}")
        return endpoint.get("state") != "offline"

    async def answer(self, channel_id: str) -> None:
        await self.command("POST", f"channels/{channel_id}/answer")

    async def play(self, channel_id: str, playback_id: str, media: Sequence[str]) -> None:
        await self.command("POST", f"channels/{channel_id}/play/{playback_id}", media=",".join(media))

    async def stop_playing(self, playback_id: str) -> None:
        await self.command("DELETE", f"playbacks/{playback_id}")

    async def pause_playing(self, playback_id: str) -> None:
        await self.command("POST", f"playbacks/{playback_id}/control", operation="pause")

    async def go_on_playing(self, playback_id: str) -> None:
        await self.command("POST", f"playbacks/{playback_id}/control", operation="unpause")

    async def reload(self, module: str) -> None:
        """Have a module, such as res_pjsip.so, read its configuration again. Calls go on."""
        await self.command("PUT", f"asterisk/modules/{module}")

    async def takes_sound(self, channel_id: str) -> bool:
        """Whether the far side of a call has not put it on hold."""
        held: Mapping[str, Any] = await self.request(
            "GET", f"channels/{channel_id}/variable", variable="CHANNEL(rtp,hold)"
        )
        return held.get("value") != "1"

    async def set_global(self, name: str, value: str) -> None:
        """A global variable of the dialplan, until Asterisk starts again."""
        await self.command("POST", "asterisk/variable", variable=name, value=value)

    async def snoop(self, channel_id: str, snoop_id: str) -> None:
        """Make a channel that hears what comes in on another; it enters the application."""
        await self.command("POST", f"channels/{channel_id}/snoop/{snoop_id}", spy="in", app=self.app)

    async def silence(self, channel_id: str) -> None:
        """Send silence whenever nothing plays: some networks drop a call that sends no sound."""
        await self.command("POST", f"channels/{channel_id}/silence")

    async def send_dtmf(self, channel_id: str, digits: str, *, between_ms: int = 100, duration_ms: int = 100) -> None:
        await self.command("POST", f"channels/{channel_id}/dtmf", dtmf=digits, between=between_ms, duration=duration_ms)

    async def go_on(self, channel_id: str, context: str, extension: str = "s") -> None:
        """Leave the application and go on in the dialplan."""
        await self.command("POST", f"channels/{channel_id}/continue", context=context, extension=extension, priority=1)

    async def hang_up(self, channel_id: str, *, reason: str = "normal") -> None:
        """End a channel; one that is gone already is not an error. `reason`: what its far side is told while it is not
        answered, such as `busy`."""
        try:
            await self.command("DELETE", f"channels/{channel_id}", reason=reason)
        except AriError as error:
            if error.status != 404:
                raise
