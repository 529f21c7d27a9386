"""Who works on imports and exports, and what is left when a worker is lost in the middle."""

import os
import subprocess
import sys
import textwrap
import time
from datetime import timedelta
from functools import partial
from threading import Thread

import pytest
from django.conf import settings
from django.db import connection

from apps.catalog import errors, tasks
from apps.catalog.dto import ExchangeTable
from apps.catalog.models import CatalogExchange, Product, Variant
from apps.catalog.services import exchange, versions
from apps.catalog.services.exchange import progress, running
from apps.core import housekeeping
from apps.core.storage import private
from apps.core.time import now
from tests.catalog.exchange_support import archive, catalogue, checked, line, picture, table
from tests.races import raised, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shelf(make_category):
    return make_category("frozen")


@pytest.fixture
def confirmed(shelf, owner):
    """An import of three packs that waits to be applied."""
    brought = checked(table(*(line(f"NEW-{n}", f"p{n}") for n in range(3))), owner)
    exchange.confirm_import(exchange_id=brought.pk, actor_id=owner.pk, now=now())
    return brought


def ask(owner, count=1):
    return [
        exchange.request_export(
            table=ExchangeTable.TAGS, file_format="csv", actor_id=owner.pk, now=now()
        )
        for _ in range(count)
    ]


class TestLeases:
    def test_let_one_of_many_workers_begin(self, owner):
        ask(owner, 8)

        claimed = together([partial(running._claim, now=now())] * 8)

        assert not raised(claimed)
        assert len([job for job in claimed if job is not None]) == 1
        assert CatalogExchange.objects.filter(state="running").count() == 1

    def test_would_let_several_begin_without_the_index(self, owner, monkeypatch):
        """The negative control: looking first does not help those who look at the same time."""
        ask(owner, 8)
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX catalog_exchange_one_runs")
        try:
            claimed = together([partial(running._claim, now=now())] * 8)
        finally:
            CatalogExchange.objects.all().delete()
            with connection.cursor() as cursor:
                cursor.execute(
                    "CREATE UNIQUE INDEX catalog_exchange_one_runs "
                    "ON catalog_catalogexchange (state) WHERE state = 'running'"
                )

        assert len([job for job in claimed if job is not None]) > 1

    def test_apply_an_import_once_however_many_work(self, confirmed):
        outcomes = together([partial(exchange.run_due_exchanges, now=now())] * 6)

        confirmed.refresh_from_db()
        assert not raised(outcomes)
        assert sum(outcomes) == 1
        assert confirmed.state == "done"
        assert Variant.history.count() == 3

    def test_that_ended_are_taken_over(self, confirmed):
        CatalogExchange.objects.update(
            state="running", lease="1" * 32, leased_until=now() - timedelta(seconds=1)
        )

        exchange.run_due_exchanges(now=now())

        confirmed.refresh_from_db()
        assert confirmed.state == "done"

    def test_that_live_are_left_alone(self, confirmed):
        CatalogExchange.objects.update(
            state="running", lease="1" * 32, leased_until=now() + timedelta(seconds=50)
        )

        assert exchange.run_due_exchanges(now=now()) == 0
        assert not Variant.objects.exists()

    def test_are_given_up_after_three_lost_workers(self, confirmed):
        CatalogExchange.objects.update(attempts=3)

        exchange.run_due_exchanges(now=now())

        confirmed.refresh_from_db()
        assert confirmed.state == "failed"
        assert confirmed.report["failure"]
        assert not Variant.objects.exists()

    def test_undo_the_work_of_who_has_lost_them(self, confirmed, monkeypatch):
        write = running.write_goods

        def overtaken(plan, **options):
            write(plan, **options)
            thief = Thread(target=_steal)
            thief.start()
            thief.join()

        monkeypatch.setattr(running, "write_goods", overtaken)
        before = catalogue()

        exchange.run_due_exchanges(now=now())

        assert catalogue() == before
        assert CatalogExchange.objects.get().state == "running"


def _steal():
    CatalogExchange.objects.update(lease="2" * 32)
    connection.close()


class TestProgress:
    def test_is_seen_from_outside_in_the_middle_of_the_transaction(self, confirmed, monkeypatch):
        monkeypatch.setattr(progress, "_EVERY_SECONDS", 0.02)
        monkeypatch.setattr(progress.Progress, "step", _slow_step)
        seen = []

        def watch():
            while not seen or seen[-1][0] != "done":
                seen.append(CatalogExchange.objects.values_list("state", "done").get())
                seen_packs.append(Variant.objects.count())
                time.sleep(0.02)
            connection.close()

        seen_packs = []
        watcher = Thread(target=watch)
        watcher.start()
        exchange.run_due_exchanges(now=now())
        watcher.join()

        assert {done for state, done in seen if state == "running"} & {3, 4, 5}
        assert set(seen_packs) <= {0, 3}

    def test_renews_the_catalogue_once(self, confirmed, monkeypatch):
        renewed = []
        monkeypatch.setattr(versions, "_renew", lambda: renewed.append(1))

        exchange.run_due_exchanges(now=now())

        assert renewed == [1]


def _slow_step(self, count=1):
    self.done += count
    time.sleep(0.1)


_KILLED = """
    import os, signal, sys
    import django
    from django.conf import settings
    settings.STORAGES["private"]["OPTIONS"]["location"] = sys.argv[1]
    settings.STORAGES["default"]["OPTIONS"] = {"location": sys.argv[2]}
    django.setup()
    from apps.catalog.services import exchange
    from apps.catalog.services.exchange import running
    from apps.core.time import now
    write = running.write_goods
    def killed(plan, **options):
        write(plan, **options)
        os.kill(os.getpid(), signal.SIGKILL)
    running.write_goods = killed
    exchange.run_due_exchanges(now=now())
"""


class TestKilledWorker:
    def test_leaves_nothing_half_done_and_another_one_finishes(self, shelf, owner):
        brought = checked(
            table(line(images="a.png"), line("NEW-2")), owner, pictures=archive(a__png=picture())
        )
        exchange.confirm_import(exchange_id=brought.pk, actor_id=owner.pk, now=now())
        before = catalogue()
        database = connection.settings_dict
        url = (
            f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:"
            f"{database['PORT']}/{database['NAME']}"
        )

        ended = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(_KILLED), private().path(""),
             str(settings.MEDIA_ROOT)],
            env=os.environ | {"DATABASE_URL": url},
            check=False,
        )  # fmt: skip

        brought.refresh_from_db()
        assert ended.returncode == -9
        assert brought.state == "running"
        assert len(brought.staged) == 1
        assert catalogue() == before

        later = now() + progress.LEASE + timedelta(seconds=1)
        exchange.run_due_exchanges(now=later)

        brought.refresh_from_db()
        assert (brought.state, brought.attempts, brought.staged) == ("done", 2, [])
        assert set(Variant.objects.values_list("sku", flat=True)) == {"NEW-1", "NEW-2"}
        assert Product.objects.get().images.count() == 1


class TestRequests:
    def test_wait_as_rows_until_beat_finds_them(self, owner):
        (asked,) = ask(owner)
        assert asked.state == "queued"

        tasks.run_exchanges()

        asked.refresh_from_db()
        assert asked.state == "done"

    def test_can_be_dropped_before_they_begin(self, owner, confirmed):
        exchange.drop_exchange(exchange_id=confirmed.pk, now=now())

        assert exchange.run_due_exchanges(now=now()) == 0
        assert not Variant.objects.exists()

    @pytest.mark.parametrize("state", ["done", "failed", "dropped"])
    def test_that_are_over_stay_so(self, state, owner):
        (asked,) = ask(owner)
        CatalogExchange.objects.update(state=state)

        with pytest.raises(errors.ExchangeRunning):
            exchange.drop_exchange(exchange_id=asked.pk, now=now())
        with pytest.raises(errors.ExchangeNotReady):
            exchange.confirm_import(exchange_id=asked.pk, actor_id=owner.pk, now=now())

    def test_that_never_were(self, owner):
        with pytest.raises(errors.ExchangeNotFound):
            exchange.confirm_import(exchange_id=0, actor_id=owner.pk, now=now())

    def test_survive_a_busy_database(self, confirmed, monkeypatch):
        from apps.core.errors import Busy

        def busy(*_args, **_options):
            raise Busy

        with monkeypatch.context() as patch:
            patch.setattr(running, "write_goods", busy)
            patch.setattr(running, "_AT_ONCE", 1)
            exchange.run_due_exchanges(now=now())
        confirmed.refresh_from_db()
        assert confirmed.state == "queued"

        exchange.run_due_exchanges(now=now())

        confirmed.refresh_from_db()
        assert confirmed.state == "done"

    def test_tell_of_an_error_nobody_foresaw(self, confirmed, monkeypatch):
        monkeypatch.setattr(running, "write_goods", lambda *_args, **_options: 1 / 0)

        exchange.run_due_exchanges(now=now())

        confirmed.refresh_from_db()
        assert (confirmed.state, confirmed.lease) == ("failed", None)
        assert confirmed.report["failure"]


class TestForgetting:
    def test_deletes_old_files_and_drops_what_nobody_applied(self, shelf, owner):
        brought = checked(table(line()), owner, pictures=archive(a__png=picture()))
        names = [str(brought.file.name), str(brought.pictures.name)]
        CatalogExchange.objects.update(updated_at=now() - exchange.FILES_KEPT - timedelta(hours=1))

        housekeeping.tidy(now=now())

        brought.refresh_from_db()
        assert (brought.state, brought.file, brought.pictures) == ("dropped", "", "")
        assert not any(private().exists(name) for name in names)

    def test_keeps_what_is_young_or_waits(self, owner, shelf):
        brought = checked(table(line()), owner)
        (waiting,) = ask(owner)
        CatalogExchange.objects.filter(pk=waiting.pk).update(updated_at=now() - timedelta(days=90))

        housekeeping.tidy(now=now())

        brought.refresh_from_db()
        waiting.refresh_from_db()
        assert (brought.state, waiting.state) == ("checked", "queued")
        assert private().exists(str(brought.file.name))

    def test_deletes_rows_after_half_a_year(self, owner):
        ask(owner)
        exchange.run_due_exchanges(now=now())
        CatalogExchange.objects.update(finished_at=now() - timedelta(days=181))

        housekeeping.tidy(now=now())

        assert not CatalogExchange.objects.exists()


class TestOtherWriters:
    def test_are_held_up_by_packs_only_at_the_very_end(self, make_product, owner, monkeypatch):
        """New rows are in nobody's way; packs that exist are locked after everything else."""
        pack = make_product("one").variants.get()
        rows = [line(f"NEW-{n}", f"p{n}", category="") for n in range(3)]
        category = pack.product.category.slug
        content = table({**line(pack.sku, "one"), "category": category, "name_ru": "Товар one"},
                        *({**row, "category": category} for row in rows))  # fmt: skip
        brought = checked(content, owner)
        exchange.confirm_import(exchange_id=brought.pk, actor_id=owner.pk, now=now())
        written = []
        monkeypatch.setattr(
            progress.Progress, "step", lambda self, count=1: written.append(_free(pack))
        )

        exchange.run_due_exchanges(now=now())

        brought.refresh_from_db()
        assert brought.state == "done"
        # The checks of four rows, then four products and three packs, and only then the old pack.
        assert written == [True] * (len(written) - 1) + [False]


def _free(pack):
    """Tell whether somebody else could write the pack now."""
    found = []

    def look():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM catalog_variant WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED",
                [pack.pk],
            )
            found.append(cursor.fetchone() is not None)
        connection.close()

    other = Thread(target=look)
    other.start()
    other.join()
    return found[0]


def test_files_lie_where_no_address_leads(client, owner, shelf):
    brought = checked(table(line()), owner)
    name = str(brought.file.name)

    for address in (f"/media/private/{name}", f"/media/{name}",
                    f"/media/products/../private/{name}",
                    f"/media/products/%2e%2e/private/{name}"):  # fmt: skip
        assert client.get(address).status_code in (301, 400, 404), address
