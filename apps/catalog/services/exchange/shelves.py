"""Categories and tags: what a table would change, found without writing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from apps.catalog.models import Category, Tag
from apps.catalog.services.exchange.columns import CATEGORY, TAG
from apps.catalog.services.exchange.progress import Progress
from apps.catalog.services.exchange.report import Report, differences, read_cells
from apps.catalog.services.history import faults_of
from apps.core.sheets import SheetRow

_OF_CATEGORY = {column.name: column for column in CATEGORY}
_OF_TAG = {column.name: column for column in TAG}


@dataclass(frozen=True)
class CategoryPlan:
    """What a row writes of a shelf; `depth` is how far it will stand from the top."""

    row: int
    category_id: int | None
    changes: dict[str, Any]
    depth: int


@dataclass(frozen=True)
class TagPlan:
    """A tag as a row has it."""

    row: int
    code: str
    name_ru: str
    name_en: str


def category_values(category: Category, slugs: Mapping[int, str]) -> dict[str, Any]:
    """Return a category as the columns of a table name its values."""
    parent = slugs[category.parent_id] if category.parent_id else ""
    names = ("slug", "name_ru", "name_en", "emoji", "position")
    return {
        **{name: getattr(category, name) for name in names},
        "parent": parent,
        "active": category.is_active,
    }


def tag_values(tag: Tag) -> dict[str, Any]:
    """Return a tag as the columns of a table name its values."""
    return {"code": tag.code, "name_ru": tag.name_ru, "name_en": tag.name_en}


def plan_categories(
    rows: Sequence[SheetRow], report: Report, progress: Progress
) -> list[CategoryPlan]:
    """Return the shelves that the rows would write; faults and counts go into the report."""
    existing = {category.slug: category for category in Category.objects.all()}
    slugs = {category.pk: slug for slug, category in existing.items()}
    parents = {slug: slugs.get(row.parent_id or 0, "") for slug, row in existing.items()}
    told: dict[str, Any] = {}
    for row, values in read_cells(rows, CATEGORY, report):
        slug = values.get("slug", "")
        if _is_named(row, "slug", slug, told, report):
            told[slug] = (row, values)
            parents[slug] = values.get("parent", parents.get(slug, ""))
    plans = []
    for slug, (row, values) in told.items():
        category = existing.get(slug)
        current = category_values(category, slugs) if category else {}
        fresh = differences(_OF_CATEGORY, values, current) if category else dict(values)
        _check(row, slug, fresh, current, category or Category(), _OF_CATEGORY, report)
        depth = _depth(slug, parents, row, report)
        report.count(row, is_new=category is None, is_changed=bool(fresh))
        if fresh:
            if "active" in fresh:
                fresh["is_active"] = fresh.pop("active")
            plans.append(CategoryPlan(row, category.pk if category else None, fresh, depth))
        progress.step()
    return plans


def plan_tags(rows: Sequence[SheetRow], report: Report, progress: Progress) -> list[TagPlan]:
    """Return the tags that the rows would write; faults and counts go into the report."""
    existing = {tag.code: tag for tag in Tag.objects.all()}
    plans: dict[str, TagPlan] = {}
    seen: dict[str, Any] = {}
    for row, values in read_cells(rows, TAG, report):
        code = values.get("code", "")
        progress.step()
        if not _is_named(row, "code", code, seen, report):
            continue
        seen[code] = (row, values)
        tag = existing.get(code)
        current = tag_values(tag) if tag else {}
        fresh = differences(_OF_TAG, values, current) if tag else dict(values)
        _check(row, code, fresh, current, tag or Tag(), _OF_TAG, report)
        report.count(row, is_new=tag is None, is_changed=bool(fresh))
        names = {**current, **values}
        if fresh:
            plans[code] = TagPlan(row, code, names.get("name_ru", ""), names.get("name_en", ""))
    return list(plans.values())


def _is_named(row: int, column: str, key: str, seen: Mapping[str, Any], report: Report) -> bool:
    if not key:
        report.fault(row, column, _("This must not be empty."))
        return False
    if key in seen:
        first = seen[key][0]
        report.fault(row, column, _("Row %(row)s has the same name.") % {"row": first})
        return False
    return True


def _check(
    row: int, key: str, fresh: Mapping[str, Any], current: Mapping[str, Any],
    record: models.Model, columns: Mapping[str, Any], report: Report,
) -> None:  # fmt: skip
    """Note what changes, and what the validators of the table say of it."""
    for name, value in fresh.items():
        if current:
            report.change(row, key, columns[name], current[name], value)
        if name not in ("parent", "active"):
            setattr(record, name, value)
    if not fresh:
        return
    for name, sentence in faults_of(record).items():
        if name in columns:
            report.fault(row, name, sentence)


def _depth(slug: str, parents: Mapping[str, str], row: int, report: Report) -> int:
    """Return how far from the top a shelf will stand; an unknown parent or a circle is a fault."""
    depth, step = 0, slug
    while parents[step]:
        depth, step = depth + 1, parents[step]
        if step not in parents:
            report.fault(row, "parent", _("There is no category “%(slug)s”.") % {"slug": step[:60]})
            return depth
        if step == slug or depth > len(parents):
            report.fault(row, "parent", _("A category can't be placed under itself."))
            return depth
    return depth
