import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0010_barcode_check_digit'),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicalvariant',
            name='pack_weight_g',
            field=models.PositiveIntegerField(help_text='By weight: the most that one piece can weigh. The price is the price of this weight, and nobody ever pays more.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50000)], verbose_name='pack weight, g'),
        ),
        migrations.AlterField(
            model_name='historicalvariant',
            name='sold_by',
            field=models.CharField(choices=[('unit', 'by the pack'), ('weight', 'by weight')], default='unit', help_text='By weight: each piece is put on the scales when it is packed, and the customer pays for what it weighs.', max_length=10, verbose_name='sold by'),
        ),
        migrations.AlterField(
            model_name='variant',
            name='pack_weight_g',
            field=models.PositiveIntegerField(help_text='By weight: the most that one piece can weigh. The price is the price of this weight, and nobody ever pays more.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50000)], verbose_name='pack weight, g'),
        ),
        migrations.AlterField(
            model_name='variant',
            name='sold_by',
            field=models.CharField(choices=[('unit', 'by the pack'), ('weight', 'by weight')], default='unit', help_text='By weight: each piece is put on the scales when it is packed, and the customer pays for what it weighs.', max_length=10, verbose_name='sold by'),
        ),
    ]
