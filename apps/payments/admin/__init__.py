"""Money in the admin: payments, their ledger, questions, comparisons, and the machinery."""

from apps.payments.admin import comparisons as comparisons
from apps.payments.admin import machinery as machinery
from apps.payments.admin import payments as payments
from apps.payments.admin import questions as questions
