"""Shelves as a tree, and tags."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import display
from unfold.views import ChangeList

from apps.catalog import services
from apps.catalog.admin.changes import adopt, values_of
from apps.catalog.models import Category, Tag
from apps.core.admin import HistoryAdmin, actor_id


class TreeList(ChangeList):
    """A list in the order of the tree, until somebody sorts by a column."""

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Category]:
        """Leave the order of rows to the tree."""
        rows = super().get_queryset(request, *args, **kwargs)
        if request.GET.get(ORDER_VAR):
            return rows  # type: ignore[no-any-return]
        return rows.order_by("tree_ordering", "pk")  # type: ignore[no-any-return]


@admin.register(Category)
class CategoryAdmin(HistoryAdmin):
    """The shelves of the shop."""

    list_display = ("shelf", "slug", "products", "position", "is_active")
    list_filter = (("is_active", BooleanRadioFilter),)
    search_fields = ("name_ru", "name_en", "slug")
    list_per_page = 500
    prepopulated_fields = {"slug": ("name_en",)}
    fields = ("parent", ("name_ru", "name_en"), ("slug", "emoji"), ("position", "is_active"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Show the rows as a tree."""
        return TreeList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Know each row's depth, and how many products stand on it."""
        counted = Count("products", filter=Q(products__deleted_at__isnull=True))
        shelves: Any = Category.objects  # django-tree-queries has no types
        rows = shelves.with_tree_fields().order_siblings_by("position", "id")
        return rows.annotate(product_count=counted)  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        """Create or change the shelf."""
        values = values_of(form, services.CATEGORY_FIELDS, change=change)
        saved = services.save_category(category_id=obj.pk, actor_id=actor_id(request), **values)
        adopt(obj, saved)

    def remove_record(self, request: HttpRequest, obj: Any) -> None:
        """Remove an empty shelf."""
        services.remove_category(category_id=obj.pk, actor_id=actor_id(request))

    @display(description=gettext_lazy("category"))
    def shelf(self, category: Any) -> str:
        """The name, as deep as it stands in the tree."""
        depth = getattr(category, "tree_depth", 0)
        return format_html(
            '<span style="padding-left:{}rem">{} {}</span>',
            f"{depth * 1.5}", category.emoji, category.name,
        )  # fmt: skip

    @display(description=gettext_lazy("products"))
    def products(self, category: Any) -> int:
        """How many products stand on the shelf itself."""
        return int(category.product_count)


@admin.register(Tag)
class TagAdmin(HistoryAdmin):
    """Words that customers filter by."""

    list_display = ("word", "code", "products")
    search_fields = ("code", "name_ru", "name_en")
    ordering = ("code",)
    fields = ("code", ("name_ru", "name_en"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the products of each row."""
        counted = Count("products", filter=Q(products__deleted_at__isnull=True))
        return super().get_queryset(request).annotate(product_count=counted)  # type: ignore[no-any-return]

    def get_readonly_fields(self, request: HttpRequest, obj: Tag | None = None) -> tuple[str, ...]:
        """Other programs know a tag by its code: it stays."""
        return () if obj is None else ("code",)

    def has_delete_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        """A tag that no product carries is shown to nobody."""
        return False

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        """Create or rename the tag."""
        saved = services.save_tag(
            code=obj.code, name_ru=obj.name_ru, name_en=obj.name_en, actor_id=actor_id(request)
        )
        adopt(obj, saved)

    @display(description=gettext_lazy("name"), ordering="name_ru")
    def word(self, tag: Tag) -> str:
        """The name in the reader's language."""
        return tag.name

    @display(description=gettext_lazy("products"))
    def products(self, tag: Any) -> int:
        """How many products carry it."""
        return int(tag.product_count)
