"""Money in the admin: payments and their ledger, what a person must decide, and the machinery."""

from apps.payments.admin import machinery as machinery
from apps.payments.admin import payments as payments
from apps.payments.admin import questions as questions
