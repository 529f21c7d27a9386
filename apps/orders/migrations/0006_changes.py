
import django.db.models.deletion
import django.db.models.expressions
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0009_exchange'),
        ('orders', '0005_events_by_time'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LineRefund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units', models.PositiveIntegerField(verbose_name='units')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
            ],
            options={
                'verbose_name': 'refund of a line',
                'verbose_name_plural': 'refunds of lines',
            },
        ),
        migrations.CreateModel(
            name='OrderChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('edit', 'contents changed'), ('refund', 'money given back'), ('substitute', 'replaced')], max_length=12, verbose_name='kind')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('details', models.JSONField(blank=True, default=list, verbose_name='details')),
                ('key', models.CharField(blank=True, editable=False, max_length=100)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
            ],
            options={
                'verbose_name': 'change of an order',
                'verbose_name_plural': 'changes of orders',
            },
        ),
        migrations.RemoveConstraint(
            model_name='orderline',
            name='orders_line_sane',
        ),
        migrations.AddField(
            model_name='orderline',
            name='refunded',
            field=models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=12, verbose_name='given back'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='refunded_quantity',
            field=models.PositiveIntegerField(default=0, verbose_name='units given back'),
        ),
        migrations.AlterField(
            model_name='orderadjustment',
            name='kind',
            field=models.CharField(choices=[('delivery', 'delivery'), ('delivery_offer', 'cheaper delivery'), ('promotion', 'promotion'), ('code', 'promo code'), ('shortage', 'not in stock when picked'), ('change', 'changed after placing')], max_length=20, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 0), ('total__gte', 0), ('unit_price__gte', 0)), name='orders_line_sane'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('refunded__gte', 0), ('refunded__lte', django.db.models.expressions.CombinedExpression(models.F('total'), '-', models.F('discount'))), ('refunded_quantity__lte', models.F('quantity'))), name='orders_line_refunds'),
        ),
        migrations.AddField(
            model_name='linerefund',
            name='order_line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='orders.orderline', verbose_name='order line'),
        ),
        migrations.AddField(
            model_name='orderchange',
            name='actor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='orderchange',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='orders.order', verbose_name='order'),
        ),
        migrations.AddField(
            model_name='linerefund',
            name='change',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='orders.orderchange', verbose_name='change'),
        ),
        migrations.AddConstraint(
            model_name='orderchange',
            constraint=models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('order', 'key'), name='orders_change_once'),
        ),
        migrations.AddConstraint(
            model_name='linerefund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('units__gte', 1)), name='orders_refund_sane'),
        ),
    ]
