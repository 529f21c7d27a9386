import django.db.models.expressions
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0008_if_short'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='order',
            name='orders_order_discount',
        ),
        migrations.RemoveConstraint(
            model_name='orderline',
            name='orders_line_refunds',
        ),
        migrations.AddField(
            model_name='order',
            name='weighed_off',
            field=models.DecimalField(db_default=Decimal('0.00'), decimal_places=2, default=Decimal('0.00'), max_digits=12, verbose_name='less for the weight'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='is_weighed',
            field=models.BooleanField(db_default=False, default=False, verbose_name='by weight'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='weighed_off',
            field=models.DecimalField(db_default=Decimal('0.00'), decimal_places=2, default=Decimal('0.00'), max_digits=12, verbose_name='less for the weight'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='weighed_units',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='units weighed'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='weight_g',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='weighed, g'),
        ),
        migrations.AlterField(
            model_name='orderadjustment',
            name='kind',
            field=models.CharField(choices=[('delivery', 'delivery'), ('delivery_offer', 'cheaper delivery'), ('promotion', 'promotion'), ('code', 'promo code'), ('shortage', 'not in stock when picked'), ('change', 'changed after placing'), ('weight', 'weighed less than reserved')], max_length=20, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('discount__gte', 0), ('discount__lte', models.F('items_total')), ('total__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('items_total'), '-', models.F('discount')), '+', models.F('delivery_fee')), '-', models.F('weighed_off'))), ('weighed_off__gte', 0)), name='orders_order_discount'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('refunded__gte', 0), ('refunded__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('total'), '-', models.F('discount')), '-', models.F('weighed_off'))), ('refunded_quantity__lte', models.F('quantity'))), name='orders_line_refunds'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('weighed_off', 0), ('weighed_units__isnull', True), ('weight_g__isnull', True)), models.Q(('is_weighed', True), ('weighed_off__gte', 0), ('weighed_off__lte', django.db.models.expressions.CombinedExpression(models.F('total'), '-', models.F('discount'))), ('weighed_units__gte', 1), ('weighed_units__isnull', False), ('weight_g__gte', 1), ('weight_g__isnull', False)), _connector='OR'), name='orders_line_weight'),
        ),
    ]
