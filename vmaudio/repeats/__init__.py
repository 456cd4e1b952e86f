"""Near-duplicate messages: to one prospect over time, to many prospects, and after "not me" was recorded.

Names, numbers and greetings do not make a message different (`normal`); a changed reason does (`near`). Candidates come from
MinHash with banding, so the work grows about linearly with the messages; each is confirmed word by word.
"""

from __future__ import annotations

from vmaudio.repeats.groups import KINDS, Group, Item, find, items

__all__ = ["KINDS", "Group", "Item", "find", "items"]
