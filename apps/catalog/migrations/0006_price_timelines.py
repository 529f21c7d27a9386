import uuid
from decimal import Decimal

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

from apps.core.triggers import append_only

# A timeline is well formed: one price for each edge, edges rising, no gaps, prices above zero.
TIMELINE = """
CREATE FUNCTION catalog_is_timeline(edges timestamptz[], steps numeric[])
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT edges = '{}' AND steps = '{}' OR (
        cardinality(edges) = cardinality(steps)
        AND edges = ARRAY(SELECT DISTINCT e FROM unnest(edges) e WHERE e IS NOT NULL ORDER BY e)
        AND (SELECT bool_and(s > 0) AND count(s) = count(*) FROM unnest(steps) s)
    )
$$
"""

# What was scheduled stays scheduled; what the history of packs knows of prices enters the ledger.
KEEP = """
UPDATE catalog_variant SET base_price = price;

INSERT INTO catalog_scheduledprice
    (public_id, variant_id, price, starts_at, reason, created_at)
SELECT gen_random_uuid(), id, next_price, next_price_at, '', updated_at
FROM catalog_variant WHERE next_price_at IS NOT NULL;

UPDATE catalog_variant
SET price_edges = ARRAY[next_price_at], price_steps = ARRAY[next_price]
WHERE next_price_at IS NOT NULL;

INSERT INTO catalog_pricechange (variant_id, kind, old_price, new_price, old_regular_price,
    new_regular_price, reason, actor_id, changed_at)
SELECT h.id, 'set', h.old_price, h.price, h.old_regular_price, h.regular_price,
    left(coalesce(h.history_change_reason, ''), 200), h.history_user_id, h.history_date
FROM (
    SELECT *, lag(price) OVER earlier AS old_price,
        lag(regular_price) OVER earlier AS old_regular_price
    FROM catalog_historicalvariant
    WINDOW earlier AS (PARTITION BY id ORDER BY history_date, history_id)
) h JOIN catalog_variant v ON v.id = h.id
WHERE h.old_price IS DISTINCT FROM h.price
    OR h.old_regular_price IS DISTINCT FROM h.regular_price
ORDER BY h.history_date, h.history_id;

SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ('catalog', '0005_list_orders'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(TIMELINE, 'DROP FUNCTION catalog_is_timeline(timestamptz[], numeric[])'),
        migrations.CreateModel(
            name='PriceChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('set', 'set'), ('scheduled', 'scheduled, became due'), ('bulk', 'changed in bulk'), ('import', 'imported'), ('undo', 'undone')], max_length=12, verbose_name='kind')),
                ('old_price', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='price before')),
                ('new_price', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='price after')),
                ('old_regular_price', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='regular price before')),
                ('new_regular_price', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='regular price after')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('changed_at', models.DateTimeField(verbose_name='when')),
            ],
            options={
                'verbose_name': 'price change',
                'verbose_name_plural': 'price changes',
            },
        ),
        migrations.CreateModel(
            name='ScheduledPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('price', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='price')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('created_at', models.DateTimeField(verbose_name='made')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='became the asked price')),
            ],
            options={
                'verbose_name': 'scheduled price',
                'verbose_name_plural': 'scheduled prices',
            },
        ),
        migrations.AddField(
            model_name='pricechange',
            name='actor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='pricechange',
            name='variant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='price_changes', to='catalog.variant', verbose_name='variant'),
        ),
        migrations.AddField(
            model_name='scheduledprice',
            name='made_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='scheduledprice',
            name='variant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scheduled_prices', to='catalog.variant', verbose_name='variant'),
        ),
        migrations.AddField(
            model_name='scheduledprice',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by'),
        ),
        migrations.AddField(
            model_name='pricechange',
            name='schedule',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.scheduledprice', verbose_name='scheduled price'),
        ),
        migrations.RemoveConstraint(
            model_name='variant',
            name='catalog_variant_prices',
        ),
        migrations.RemoveConstraint(
            model_name='variant',
            name='catalog_variant_next_price',
        ),
        migrations.RemoveIndex(
            model_name='variant',
            name='catalog_variant_price_edges',
        ),
        migrations.AddField(
            model_name='variant',
            name='base_price',
            field=models.DecimalField(decimal_places=2, max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='price asked', null=True),
        ),
        migrations.AddField(
            model_name='variant',
            name='price_edges',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), blank=True, default=list, editable=False, size=None, verbose_name='price edges'),
        ),
        migrations.AddField(
            model_name='variant',
            name='price_steps',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=2, max_digits=12), blank=True, default=list, editable=False, size=None, verbose_name='prices from the edges on'),
        ),
        migrations.AlterField(
            model_name='variant',
            name='price',
            field=models.DecimalField(decimal_places=2, editable=False, max_digits=12, verbose_name='published price'),
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='variant',
            name='base_price',
            field=models.DecimalField(decimal_places=2, max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='price asked'),
        ),
        migrations.RemoveField(
            model_name='historicalvariant',
            name='next_price',
        ),
        migrations.RemoveField(
            model_name='historicalvariant',
            name='next_price_at',
        ),
        migrations.RemoveField(
            model_name='historicalvariant',
            name='price',
        ),
        migrations.RemoveField(
            model_name='historicalvariant',
            name='regular_price',
        ),
        migrations.RemoveField(
            model_name='variant',
            name='next_price',
        ),
        migrations.RemoveField(
            model_name='variant',
            name='next_price_at',
        ),
        migrations.AddIndex(
            model_name='variant',
            index=models.Index(models.F('price_edges__0'), condition=models.Q(('price_edges__0__isnull', False)), name='catalog_variant_price_edges'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=models.Q(('base_price__gt', 0), ('price__gt', 0), ('regular_price__gt', 0), ('base_price__lte', models.F('regular_price')), ('price__lte', models.F('regular_price'))), name='catalog_variant_prices'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=models.Func(models.F('price_edges'), models.F('price_steps'), function='catalog_is_timeline', output_field=models.BooleanField()), name='catalog_variant_timeline'),
        ),
        migrations.AddIndex(
            model_name='scheduledprice',
            index=models.Index(condition=models.Q(('applied_at__isnull', True), ('ends_at__isnull', True), ('withdrawn_at__isnull', True)), fields=['starts_at'], name='catalog_schedule_due'),
        ),
        migrations.AddConstraint(
            model_name='scheduledprice',
            constraint=models.CheckConstraint(condition=models.Q(('price__gt', 0)), name='catalog_schedule_price'),
        ),
        migrations.AddConstraint(
            model_name='scheduledprice',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='catalog_schedule_span'),
        ),
        migrations.AddConstraint(
            model_name='scheduledprice',
            constraint=models.CheckConstraint(condition=models.Q(('applied_at__isnull', True), models.Q(('ends_at__isnull', True), ('withdrawn_at__isnull', True)), _connector='OR'), name='catalog_schedule_fate'),
        ),
        migrations.AddConstraint(
            model_name='scheduledprice',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('ends_at__isnull', False), ('withdrawn_at__isnull', True)), expressions=(('variant', '='), (models.Func('starts_at', 'ends_at', django.contrib.postgres.fields.ranges.RangeBoundary(), function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')), name='catalog_schedule_overlap'),
        ),
        migrations.AddConstraint(
            model_name='scheduledprice',
            constraint=models.UniqueConstraint(condition=models.Q(('ends_at__isnull', True), ('withdrawn_at__isnull', True)), fields=('variant', 'starts_at'), name='catalog_schedule_for_good'),
        ),
        migrations.AddIndex(
            model_name='pricechange',
            index=models.Index(fields=['variant', '-changed_at', '-id'], name='catalog_pricechange_variant'),
        ),
        migrations.AddIndex(
            model_name='pricechange',
            index=models.Index(fields=['-changed_at', '-id'], name='catalog_pricechange_newest'),
        ),
        append_only('catalog_pricechange'),
    ]
