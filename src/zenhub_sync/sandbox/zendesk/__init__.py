"""Zendesk Support in memory: what its API answers, and the hands of the people who work in it."""

from zenhub_sync.sandbox.zendesk.desk import Desk
from zenhub_sync.sandbox.zendesk.options import DeskOptions

__all__ = ["Desk", "DeskOptions"]
