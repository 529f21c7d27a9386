"""Prices changed together: previewed, carried out as previewed, undone."""

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.catalog import errors, selectors, services
from apps.catalog.dto import (
    PriceBatchState,
    PriceChangeKind,
    PriceFilter,
    PriceMove,
    PriceOperation,
    PriceRounding,
    PriceTarget,
)
from apps.catalog.models import PriceBatch, PriceChange, ScheduledPrice, Variant
from apps.core.sheets import SheetColumnsMissing, SheetHasFormulas, csv_bytes, xlsx_bytes
from tests.factories import ProductFactory, VariantFactory, add_stock
from tests.races import raised, together

HOUR = timedelta(hours=1)


def percent(amount, target=PriceTarget.REGULAR, rounding=PriceRounding.NONE):
    return PriceOperation(target, PriceMove.PERCENT, Decimal(amount), rounding)


def money(amount, target=PriceTarget.REGULAR):
    return PriceOperation(target, PriceMove.AMOUNT, Decimal(amount))


@pytest.fixture
def preview(now, manager):
    def make(operation, **chosen):
        return services.preview_prices(
            chosen=PriceFilter(**chosen), operation=operation, reason="autumn",
            now=now, actor_id=manager.pk,
        )  # fmt: skip

    return make


@pytest.fixture
def packs(make_product):
    return [make_product(prices=(price,)).variants.get() for price in ("100", "200", "300")]


def asked(*packs):
    rows = {row.pk: row for row in Variant.objects.filter(pk__in=[pack.pk for pack in packs])}
    return [(rows[pack.pk].base_price, rows[pack.pk].regular_price) for pack in packs]


def prices(*packs):
    rows = {row.pk: row for row in Variant.objects.filter(pk__in=[pack.pk for pack in packs])}
    return [rows[pack.pk].price for pack in packs]


class TestPreviewPrices:
    def test_shows_old_and_new_with_costs_and_changes_nothing(self, packs, preview, now, manager):
        add_stock(packs[0], 5)
        lot = packs[0].lots.get()
        type(lot).objects.filter(pk=lot.pk).update(cost=Decimal(95))

        batch = preview(percent("-10"))

        lines = list(selectors.batch_lines(batch_id=batch.pk))
        assert [(x.variant_id, x.old_price, x.new_price, x.cost) for x in lines] == [
            (packs[0].pk, 100, 90, 95),
            (packs[1].pk, 200, 180, None),
            (packs[2].pk, 300, 270, None),
        ]
        assert [line.is_loss for line in lines] == [True, False, False]
        assert (batch.state, batch.made_by, batch.reason) == ("draft", manager, "autumn")
        assert asked(*packs) == [(100, 100), (200, 200), (300, 300)]

    def test_filters_by_shelf_tag_brand_words_price_and_choice(
        self, make_product, make_category, preview
    ):
        services.save_tag(code="new", name_ru="новое", name_en="new")
        top = make_category("top")
        low = make_category("low", parent_id=top.pk)
        inside = make_product("inside", category_id=low.pk, brand="Мороз", tags=["new"])
        cheap = make_product("cheap", prices=("50",), name_ru="Борщ с мясом")
        gone = make_product("gone", category_id=low.pk)
        services.remove_product(product_id=gone.pk, now=gone.created_at)
        everything = {inside.pk, cheap.pk}

        def found(**chosen):
            batch = preview(percent("5"), **chosen)
            return {line.variant.product_id for line in batch.lines.select_related("variant")}

        assert found(category="top") == found(tag="new") == found(brand="мороз") == {inside.pk}
        assert found(search="мясо борщ") == found(price_max=Decimal(50)) == {cheap.pk}
        assert found(search=cheap.variants.get().sku.lower()) == {cheap.pk}
        assert found(price_min=Decimal(51)) == {inside.pk}
        assert found(variant_ids=(cheap.variants.get().pk,)) == {cheap.pk}
        assert found() == everything

    def test_leaves_out_what_stays(self, packs, preview):
        batch = preview(percent("-0.3", rounding=PriceRounding.WHOLE))

        assert batch.unchanged == 1
        assert {line.new_price for line in batch.lines.all()} == {199, 299}

    @pytest.mark.parametrize(
        ("operation", "chosen", "error"),
        [
            (percent("5"), {"search": "no such"}, errors.NothingChosen),
            (percent("5"), {"category": "nowhere"}, errors.CategoryNotFound),
            (percent("0"), {}, errors.InvalidOperation),
            (percent("NaN"), {}, errors.InvalidOperation),
            (percent("1000.01"), {}, errors.InvalidOperation),
            (money("1e12"), {}, errors.InvalidOperation),
            (PriceOperation(PriceTarget.SALE, PriceMove.RESET), {}, errors.NothingChanges),
        ],
    )
    def test_refuses_what_makes_no_preview(self, packs, preview, operation, chosen, error):
        with pytest.raises(error):
            preview(operation, **chosen)

        assert not PriceBatch.objects.exists()

    def test_refuses_more_than_is_changed_at_once(self, packs, preview, monkeypatch):
        monkeypatch.setattr("apps.catalog.services.previews.MOST_PACKS", 2)

        with pytest.raises(errors.TooManyPacks):
            preview(percent("5"))

    def test_counts_what_is_due_though_nobody_published_it(self, packs, preview, now):
        services.schedule_price(
            variant_id=packs[0].pk, price=Decimal(150), starts_at=now - HOUR, now=now - 2 * HOUR
        )

        batch = preview(percent("10"), variant_ids=(packs[0].pk,))

        line = batch.lines.get()
        assert (line.old_price, line.new_price) == (150, 165)


class TestApplyPriceBatch:
    def test_changes_what_was_shown(self, packs, preview, now, manager):
        batch = preview(percent("-10", PriceTarget.SALE))

        done = services.apply_price_batch(
            batch_id=batch.public_id, now=now + HOUR, actor_id=manager.pk
        )

        assert asked(*packs) == [(90, 100), (180, 200), (270, 300)]
        assert prices(*packs) == [90, 180, 270]
        assert (done.state, done.applied_at, done.applied_by) == (
            PriceBatchState.APPLIED, now + HOUR, manager,
        )  # fmt: skip
        changes = PriceChange.objects.filter(batch=batch)
        assert {(c.kind, c.reason, c.actor) for c in changes} == {
            (PriceChangeKind.BULK, "autumn", manager)
        }
        assert {(c.old_price, c.new_price) for c in changes} == {(100, 90), (200, 180), (300, 270)}

    def test_changes_nothing_and_names_what_changed_meanwhile(self, packs, preview, now):
        batch = preview(percent("10"))
        services.set_price(variant_id=packs[1].pk, price=Decimal(199), now=now)
        services.remove_variant(variant_id=packs[2].pk, now=now)
        before = asked(*packs)

        with pytest.raises(errors.BatchOutdated) as refusal:
            services.apply_price_batch(batch_id=batch.public_id, now=now)

        said = str(refusal.value)
        assert packs[1].sku in said
        assert packs[2].sku in said
        assert packs[0].sku not in said
        assert asked(*packs) == before
        batch.refresh_from_db()
        assert batch.state == PriceBatchState.DRAFT
        assert not PriceChange.objects.filter(batch=batch).exists()

    def test_goes_on_after_another_look(self, packs, preview, now):
        batch = preview(percent("10"))
        services.set_price(variant_id=packs[1].pk, regular_price=Decimal(250), now=now)
        services.remove_variant(variant_id=packs[2].pk, now=now)

        services.preview_again(batch_id=batch.public_id, now=now)
        services.apply_price_batch(batch_id=batch.public_id, now=now)

        assert asked(*packs) == [(110, 110), (200, 275), (300, 300)]

    def test_refuses_packs_that_would_have_no_price(self, packs, preview, now):
        batch = preview(money("-150"))
        assert [line.problem for line in selectors.batch_lines(batch_id=batch.pk)] == [
            "not_positive", "", "",
        ]  # fmt: skip

        with pytest.raises(errors.BatchHasProblems) as refusal:
            services.apply_price_batch(batch_id=batch.public_id, now=now)

        assert packs[0].sku in str(refusal.value)
        assert asked(*packs) == [(100, 100), (200, 200), (300, 300)]

    def test_is_done_once(self, packs, preview, now):
        batch = preview(percent("10"))
        services.apply_price_batch(batch_id=batch.public_id, now=now)

        for again in (
            services.apply_price_batch, services.preview_again, services.undo_price_batch,
        ):  # fmt: skip
            if again is services.undo_price_batch:
                services.undo_price_batch(batch_id=batch.public_id, now=now)
            with pytest.raises(errors.BatchClosed):
                again(batch_id=batch.public_id, now=now)

        assert PriceChange.objects.filter(batch=batch, kind="bulk").count() == 3

    def test_refuses_what_is_not_there(self, packs, now):
        for service in (services.apply_price_batch, services.undo_price_batch):
            with pytest.raises(errors.BatchNotFound):
                service(batch_id=packs[0].public_id, now=now)

    def test_asks_as_many_queries_for_700_packs_as_for_7(self, db, preview, now):
        product = ProductFactory()
        counts = []
        for many in (7, 700):
            ids = [VariantFactory(product=product).pk for _ in range(many)]
            with CaptureQueriesContext(connection) as asked:
                batch = preview(percent("10"), variant_ids=tuple(ids))
                services.apply_price_batch(batch_id=batch.public_id, now=now)
                services.undo_price_batch(batch_id=batch.public_id, now=now)
            counts.append(len(asked))
            assert PriceChange.objects.filter(batch=batch).count() == 2 * many

        assert counts[0] == counts[1] <= 50

    @pytest.mark.django_db(transaction=True)
    def test_is_done_once_when_two_press_the_button(self, packs, preview, now):
        batch = preview(percent("10"))

        def press():
            return services.apply_price_batch(batch_id=batch.public_id, now=now)

        outcomes = together([press, press])

        assert [type(error) for error in raised(outcomes)] == [errors.BatchClosed]
        assert asked(*packs) == [(110, 110), (220, 220), (330, 330)]
        assert PriceChange.objects.filter(batch=batch).count() == 3

    @pytest.mark.django_db(transaction=True)
    def test_meets_a_price_set_at_the_same_moment_as_a_whole(self, packs, preview, now):
        batch = preview(percent("10"))

        outcomes = together([
            lambda: services.apply_price_batch(batch_id=batch.public_id, now=now),
            lambda: services.set_price(
                variant_id=packs[2].pk, regular_price=Decimal(999), price=Decimal(999), now=now
            ),
        ])  # fmt: skip

        if raised(outcomes):
            assert isinstance(outcomes[0], errors.BatchOutdated)
            assert asked(*packs) == [(100, 100), (200, 200), (999, 999)]
        else:
            assert asked(*packs) == [(110, 110), (220, 220), (999, 999)]


class TestUndoPriceBatch:
    def test_gives_the_prices_back(self, packs, preview, now, manager):
        batch = preview(percent("-50", PriceTarget.SALE))
        services.apply_price_batch(batch_id=batch.public_id, now=now)

        outcome = services.undo_price_batch(
            batch_id=batch.public_id, now=now + HOUR, actor_id=manager.pk
        )

        assert (outcome.undone, outcome.kept) == (3, ())
        assert asked(*packs) == [(100, 100), (200, 200), (300, 300)]
        assert prices(*packs) == [100, 200, 300]
        batch.refresh_from_db()
        assert (batch.state, batch.undone_by) == (PriceBatchState.UNDONE, manager)
        assert PriceChange.objects.filter(batch=batch, kind="undo").count() == 3

    def test_leaves_and_names_what_was_changed_since(self, packs, preview, now):
        batch = preview(percent("10"))
        services.apply_price_batch(batch_id=batch.public_id, now=now)
        services.set_price(variant_id=packs[1].pk, price=Decimal(150), now=now)

        outcome = services.undo_price_batch(batch_id=batch.public_id, now=now)

        assert (outcome.undone, outcome.kept) == (2, (packs[1].sku,))
        assert asked(*packs) == [(100, 100), (150, 220), (300, 300)]
        kept = batch.lines.filter(is_kept=True)
        assert [line.variant_id for line in kept] == [packs[1].pk]

    def test_refuses_when_everything_was_changed_since(self, packs, preview, now):
        batch = preview(percent("10"), variant_ids=(packs[0].pk,))
        services.apply_price_batch(batch_id=batch.public_id, now=now)
        services.set_price(variant_id=packs[0].pk, price=Decimal(1), now=now)

        with pytest.raises(errors.NothingToUndo):
            services.undo_price_batch(batch_id=batch.public_id, now=now)

        batch.refresh_from_db()
        assert batch.state == PriceBatchState.APPLIED

    def test_refuses_a_draft(self, packs, preview, now):
        batch = preview(percent("10"))

        with pytest.raises(errors.BatchClosed):
            services.undo_price_batch(batch_id=batch.public_id, now=now)


class TestDrafts:
    def test_are_swept_away_after_a_week(self, packs, preview, now):
        draft, done = preview(percent("10")), preview(percent("20"))
        services.apply_price_batch(batch_id=done.public_id, now=now)

        assert services.forget_drafts(now + timedelta(days=7)) == 0
        assert services.forget_drafts(now + timedelta(days=8)) == 1

        assert list(PriceBatch.objects.all()) == [done]
        assert not PriceBatch.objects.filter(pk=draft.pk).exists()

    def test_are_given_up(self, packs, preview, now):
        batch = preview(percent("10"))

        services.discard_preview(batch_id=batch.public_id)

        with pytest.raises(errors.BatchNotFound):
            services.discard_preview(batch_id=batch.public_id)


HEADING = ("sku", "price", "regular_price", "from", "until")


@pytest.fixture
def bring(now, manager):
    """Bring a table of prices: rows of text."""

    def read(*rows, heading=HEADING, kind="csv"):
        content = (
            csv_bytes(heading, rows) if kind == "csv" else xlsx_bytes(heading, rows, title="prices")
        )
        return services.preview_price_file(
            file=io.BytesIO(content), name="prices.csv", reason="supplier", now=now,
            actor_id=manager.pk,
        )  # fmt: skip

    return read


class TestPreviewPriceFile:
    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_is_carried_out_and_undone_as_any_batch(self, kind, packs, bring, now):
        one, two, three = (pack.sku for pack in packs)

        batch = bring(
            (one, "120", "", "", ""), (two.lower(), "150,50", "", "", ""),
            (three, "300", "300.00", "", ""), kind=kind,
        )  # fmt: skip
        assert (batch.lines.count(), batch.unchanged, batch.spec) == (2, 1, {"file": "prices.csv"})
        assert asked(*packs) == [(100, 100), (200, 200), (300, 300)]
        services.apply_price_batch(batch_id=batch.public_id, now=now)
        assert asked(*packs) == [(120, 120), (Decimal("150.50"), 200), (300, 300)]
        assert PriceChange.objects.filter(batch=batch, kind="import").count() == 2
        services.undo_price_batch(batch_id=batch.public_id, now=now)

        assert asked(*packs) == [(100, 100), (200, 200), (300, 300)]

    def test_understands_russian_headings(self, packs, bring):
        batch = bring(
            (packs[0].sku, "1 299,90", "1 500"), heading=("Артикул", "Цена", "Обычная цена")
        )

        line = batch.lines.get()
        assert (line.new_price, line.new_regular_price) == (Decimal("1299.90"), 1500)

    def test_schedules_what_has_dates_in_the_shops_time(self, packs, bring, now, settings):
        settings.SHOP_TIME_ZONE = "Europe/Berlin"
        sku = packs[0].sku
        batch = bring(
            (sku, "90", "", "2026-12-01", "2026-12-24"),
            (sku, "80", "", "31.12.2026 18:00", "2027-01-01T00:30:00+00:00"),
            (sku, "110", "", "2027-02-01", ""),
            (packs[1].sku, "190", "", "", "2026-11-30"),
        )
        services.apply_price_batch(batch_id=batch.public_id, now=now)

        spans = ScheduledPrice.objects.order_by("variant_id", "starts_at")
        assert [(row.price, row.starts_at, row.ends_at) for row in spans] == [
            (90, datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 24, 23, tzinfo=UTC)),
            (80, datetime(2026, 12, 31, 17, tzinfo=UTC), datetime(2027, 1, 1, 0, 30, tzinfo=UTC)),
            (110, datetime(2027, 1, 31, 23, tzinfo=UTC), None),
            (190, now, datetime(2026, 11, 30, 23, tzinfo=UTC)),
        ]
        pack = Variant.objects.get(pk=packs[0].pk)
        assert pack.price_steps == [90, 100, 80, 100, 110]
        assert prices(packs[1]) == [190]

        services.undo_price_batch(batch_id=batch.public_id, now=now + HOUR)

        pack.refresh_from_db()
        assert (pack.price, pack.price_edges) == (100, [])
        assert prices(packs[1]) == [200]
        assert not ScheduledPrice.objects.filter(withdrawn_at=None).exists()

    def test_undoes_a_change_for_good_that_has_become_due(self, packs, bring, now):
        batch = bring((packs[0].sku, "130", "", "2026-11-21", ""))
        services.apply_price_batch(batch_id=batch.public_id, now=now)
        later = now + timedelta(days=3)
        services.publish_due_prices(now=later)
        assert asked(packs[0]) == [(130, 130)]

        services.undo_price_batch(batch_id=batch.public_id, now=later)

        assert asked(packs[0]) == [(100, 100)]

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            (("NO-SUCH", "1"), "SKU"),
            (("{sku}", ""), "missing"),
            (("{sku}", "0"), "more than zero"),
            (("{sku}", "-5"), "more than zero"),
            (("{sku}", "1e12"), "more than zero"),
            (("{sku}", "1e400"), "more than zero"),
            (("{sku}", "NaN"), "is no price"),
            (("{sku}", "2_50"), "is no price"),
            (("{sku}", "Infinity"), "more than zero"),
            (("{sku}", "1.234"), "is no price"),
            (("{sku}", "free"), "is no price"),
            (("{sku}", "120", "110"), "not above the regular"),
            (("{sku}", "90", "100", "2026-12-01"), "empty that cell"),
            (("{sku}", "90", "", "tomorrow"), "is no date"),
            (("{sku}", "90", "", "2026-02-30"), "is no date"),
            (("{sku}", "90", "", "2026-11-01"), "in the future"),
            (("{sku}", "90", "", "2026-12-05", "2026-12-01"), "end after it begins"),
            (("{sku}", "190", "", "2026-12-05", "2026-12-06"), "not above the regular"),
            (("{sku}", "90", "", "2026-12-01 10:00", "2026-12-02"), "already says"),
            (("{sku}", "90"), "already says"),
        ],
    )
    def test_names_each_row_that_can_not_be_used_and_keeps_none(self, row, said, packs, bring):
        sku = packs[0].sku
        row = [cell.format(sku=sku) for cell in row] + [""] * (5 - len(row))
        twin = ("", "", "", "2026-12-01 11:00", "2026-12-01 12:00") if row[3] else ("",) * 5
        above = (sku, "95", *twin[2:]) if "already" in said else (packs[2].sku, "99", "", "", "")

        from django.utils import translation

        with translation.override("en"), pytest.raises(errors.RowsRefused) as refusal:
            bring(above, (packs[1].sku, "99", "", "", ""), row)

        (problem,) = refusal.value.problems
        assert problem.row == 4
        assert said in problem.detail
        assert not PriceBatch.objects.exists()

    def test_refuses_a_table_without_prices_or_with_formulas(self, packs, bring):
        with pytest.raises(SheetColumnsMissing):
            bring((packs[0].sku,), heading=("sku",))
        with pytest.raises(errors.NothingChanges):
            bring((packs[0].sku, "100", "", "", ""))
        import openpyxl

        book = openpyxl.Workbook()
        book.active.append(["sku", "price"])
        book.active.append([packs[0].sku, "=1+1"])
        file = io.BytesIO()
        book.save(file)
        file.seek(0)
        with pytest.raises(SheetHasFormulas):
            services.preview_price_file(file=file, name="x", now=packs[0].created_at)

        assert not PriceBatch.objects.exists()

    def test_sends_long_tables_to_the_import_of_goods(self, packs, bring, monkeypatch):
        monkeypatch.setattr("apps.catalog.services.price_files.MOST_ROWS", 2)
        rows = [(pack.sku, "99", "", "", "") for pack in packs]

        with pytest.raises(errors.PriceTableTooLong, match="Импорт и экспорт"):
            bring(*rows)

        assert not PriceBatch.objects.exists()
        assert bring(*rows[:2]).lines.count() == 2

    @pytest.mark.parametrize("wall", ["2027-03-28 02:30", "2026-10-25 02:30"])
    def test_refuses_hours_that_are_not_or_are_twice(self, wall, packs, bring, settings):
        settings.SHOP_TIME_ZONE = "Europe/Berlin"

        with pytest.raises(errors.RowsRefused) as refusal:
            bring((packs[0].sku, "90", "", wall, ""))

        assert wall in refusal.value.problems[0].detail

    def test_takes_the_same_hours_where_no_clock_is_changed(self, packs, bring, settings):
        settings.SHOP_TIME_ZONE = "Europe/Moscow"

        batch = bring((packs[0].sku, "90", "", "2027-03-28 02:30", ""))

        assert batch.lines.get().starts_at == datetime(2027, 3, 27, 23, 30, tzinfo=UTC)

    def test_is_refused_when_the_time_has_passed_before_it_is_carried_out(self, packs, bring, now):
        batch = bring((packs[0].sku, "90", "", "2026-11-21", "2026-11-25"))

        with pytest.raises(errors.BatchOutdated):
            services.apply_price_batch(batch_id=batch.public_id, now=now + timedelta(days=3))

        assert not ScheduledPrice.objects.exists()

    def test_is_worked_out_again_from_the_prices_of_now(self, packs, bring, now):
        batch = bring((packs[0].sku, "120", "", "", ""), (packs[1].sku, "220", "", "", ""))
        services.set_price(
            variant_id=packs[0].pk, regular_price=Decimal(120), price=Decimal(120), now=now
        )

        services.preview_again(batch_id=batch.public_id, now=now)
        services.apply_price_batch(batch_id=batch.public_id, now=now)

        assert PriceChange.objects.get(batch=batch).variant_id == packs[1].pk
