from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0008_calls_withdrawn'),
    ]

    operations = [
        migrations.AlterField(
            model_name='oddity',
            name='kind',
            field=models.CharField(choices=[('unknown_payment', "the provider knows a payment that we don't"), ('wrong_amount', 'another sum than was asked for'), ('wrong_currency', 'another currency'), ('wrong_reference', 'paid for something else'), ('foreign_payer', 'paid by somebody else than the customer'), ('foreign_refund', 'given back past the shop'), ('impossible', "a state that can't follow ours"), ('call_failed', 'the provider refused'), ('no_acquirer', 'to be given back by hand'), ('difference', "our books and the provider's differ")], max_length=20, verbose_name='kind'),
        ),
    ]
