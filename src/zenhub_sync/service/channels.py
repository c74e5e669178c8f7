"""Where alerts go: Apprise knows Slack, Teams, e-mail, Telegram and a hundred others by their URLs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pydantic import SecretStr

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.telemetry import get_logger

if TYPE_CHECKING:
    from apprise import Apprise

Channel = Callable[[str, str], bool]
"""Send a title and a text, and say whether anybody got them."""

log = get_logger(__name__)


def open_channel(urls: Sequence[SecretStr]) -> Channel:
    """Return what sends to all of these URLs; one that Apprise does not know is bad configuration.

    An alert counts as told when one of the channels took it: to repeat it for the others would repeat it for all.
    """
    if not urls:
        return lambda _title, _text: True
    opened = [_open(number, url.get_secret_value()) for number, url in enumerate(urls, 1)]

    def send(title: str, text: str) -> bool:
        taken = [_send(number, channel, title, text) for number, channel in enumerate(opened, 1)]
        return any(taken)

    return send


def _open(number: int, url: str) -> Apprise:
    from apprise import Apprise, AppriseAsset  # it takes half a second to load, and most commands need none

    asset = AppriseAsset(app_id="zenhub-sync", app_desc="zenhub-sync", app_url="", async_mode=False)
    channel = Apprise(asset=asset)
    if not channel.add(url):
        raise ConfigProblem(
            f"ZENHUB_ALERT_URLS: number {number} is no URL that Apprise knows; write it as Apprise's documentation says"
        )
    return channel


def _send(number: int, channel: Apprise, title: str, text: str) -> bool:
    try:
        taken = bool(channel.notify(title=title, body=text))
    except Exception as problem:  # a plug-in's bug is a channel that failed, and no more
        log.warning("alert_channel_broken", channel=number, because=type(problem).__name__)
        return False
    if not taken:
        log.warning("alert_not_taken", channel=number)
    return taken
