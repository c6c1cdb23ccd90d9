"""Pages of API responses: objects that hold a list of records and related objects (sideloads).

``{"tickets": [...], "users": [...], "next_page": ...}`` is one object with many records. ``records_path`` is the path
of the records; ``join`` puts related objects of the page into the records that refer to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, field_validator

from smelt.intake.paths import getter, steps
from smelt.intake.records import Bad, Record
from smelt.intake.values import as_json, as_text
from smelt.intake.vocabulary import Reason


class JoinConfig(BaseModel):
    """Puts matching items of one of the page's lists into a record, under the name of this entry.

    The name may lead into a list: ``comments.author`` gives every comment its author.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    items: tuple[str, ...] = Field(alias="list", min_length=1)
    """Path of the list in the page (``users``); of several paths, the first that exists."""
    by: str = "id"
    """Field of the record (or of the item that the entry's name leads to) that refers to an item of the list."""
    key: str = "id"
    """Field of the list's items that ``by`` refers to."""
    many: bool = False
    """Whether to put in all matching items, as a list, or the first.

    Items without ``key`` match a page's only record.
    """

    @field_validator("items", mode="before")
    @classmethod
    def _paths(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


class Paged(Protocol):
    """The configuration keys of a source that concern pages."""

    @property
    def records_path(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def join(self) -> Mapping[str, JoinConfig]: ...  # noqa: D102


class Pages:
    """Splits pages into records; other records pass unchanged."""

    def __init__(self, records_path: tuple[str, ...], join: Mapping[str, JoinConfig]) -> None:
        self._records = [getter(path) for path in records_path]
        self._joins = [_Join(steps(name), given) for name, given in join.items()]

    @classmethod
    def of(cls, source: Paged) -> Pages | None:
        """The Pages of a source; None if it configures none."""
        return cls(source.records_path, source.join) if source.records_path or source.join else None

    def expanded(self, record: Record) -> Iterator[Record | Bad]:
        """The records of a page, or the record itself, with related items joined in."""
        found = next((value for get in self._records if _holds(value := get(record.fields))), None)
        if found is None:
            alone = record if record.position else record._replace(position="item 1")
            yield self._joined(alone, record.fields, is_only=True)
            return
        items = found if isinstance(found, list) else [found]
        for number, item in enumerate(items, 1):
            position = f"{record.position} item {number}".lstrip()
            if isinstance(item, dict):
                yield self._joined(Record(item, position), record.fields, is_only=len(items) == 1)
            else:
                yield Bad(as_json(item), position, (Reason.NOT_AN_OBJECT,))

    def _joined(self, record: Record, page: Mapping[str, Any], *, is_only: bool) -> Record:
        if not self._joins:
            return record
        fields = dict(record.fields)
        for join in self._joins:
            join.into(fields, page, is_only=is_only)
        return Record(fields, record.position)


class _Join:
    def __init__(self, name: tuple[str, ...], given: JoinConfig) -> None:
        self._parents, self._leaf, self._given = name[:-1], name[-1], given
        self._items = [getter(path) for path in given.items]
        self._by, self._key = getter(given.by), getter(given.key)
        self._page: Mapping[str, Any] | None = None
        self._index: dict[str, list[Any]] = {}
        self._unkeyed: list[Any] = []

    def into(self, fields: dict[str, Any], page: Mapping[str, Any], *, is_only: bool) -> None:
        """Put matching items into ``fields``, a copy of the record's fields; existing values are kept."""
        if not self._has_items(page):
            return
        for holder in self._holders(fields):
            if holder.get(self._leaf) not in (None, [], ""):
                continue
            found = self._index.get(as_text(self._by(holder)) or "", [])
            if self._given.many:
                found = found + (self._unkeyed if is_only else [])
                if found:
                    holder[self._leaf] = found
            elif found:
                holder[self._leaf] = found[0]

    def _has_items(self, page: Mapping[str, Any]) -> bool:
        if page is not self._page:  # one index per page, however many records it has
            self._page, self._index, self._unkeyed = page, {}, []
            items = next((value for get in self._items if isinstance(value := get(page), list)), [])
            for item in items:
                if isinstance(item, dict):
                    key = as_text(self._key(item))
                    if key is None:
                        self._unkeyed.append(item)
                    else:
                        self._index.setdefault(key, []).append(item)
        return bool(self._index or self._unkeyed)

    def _holders(self, fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
        level: list[dict[str, Any]] = [fields]
        for step in self._parents:
            below: list[dict[str, Any]] = []
            for holder in level:
                value = holder.get(step)
                if isinstance(value, list):
                    copied = [dict(item) if isinstance(item, dict) else item for item in value]
                    holder[step] = copied
                    below += [item for item in copied if isinstance(item, dict)]
                elif isinstance(value, dict):
                    holder[step] = dict(value)
                    below.append(holder[step])
            level = below
        yield from level


def _holds(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and (not value or isinstance(value[0], dict)))
