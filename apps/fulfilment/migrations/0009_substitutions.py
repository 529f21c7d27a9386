
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0008_road_guards'),
        ('orders', '0008_if_short'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Substitution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units', models.PositiveIntegerField(verbose_name='units')),
                ('state', models.CharField(choices=[('open', 'asked'), ('taken', 'taken'), ('left', 'left out')], default='open', max_length=10, verbose_name='state')),
                ('deadline', models.DateTimeField(verbose_name='answer until')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('flagged_at', models.DateTimeField(blank=True, null=True, verbose_name='to be called since')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='substitutions', to='orders.orderline', verbose_name='order line')),
                ('substitute', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='substitution', to='orders.orderline', verbose_name='substitute')),
            ],
            options={
                'verbose_name': 'substitution',
                'verbose_name_plural': 'substitutions',
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['deadline'], name='fulfilment_substitution_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('units__gte', 1)), name='fulfilment_substitution_sane'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='fulfilment_substitution_answered'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('order_line',), name='fulfilment_substitution_one_open')],
            },
        ),
    ]
