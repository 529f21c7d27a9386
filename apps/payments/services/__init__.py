"""What can be done about money; one file a use case. Locks: order (the caller's), payment."""

# What these return, for the annotations of callers above.
from apps.payments.models import Payment as Payment
from apps.payments.services.asking import Round as Round
from apps.payments.services.asking import ask as ask
from apps.payments.services.asking import ask_due as ask_due
from apps.payments.services.asking import ask_quietly as ask_quietly
from apps.payments.services.asking import send_and_ask as send_and_ask
from apps.payments.services.asking import start_payment as start_payment
from apps.payments.services.attempts import change_amount as change_amount
from apps.payments.services.attempts import let_go as let_go
from apps.payments.services.attempts import let_go_of as let_go_of
from apps.payments.services.attempts import open_payment as open_payment
from apps.payments.services.attempts import take_what_is_due as take_what_is_due
from apps.payments.services.calls import gateway_of as gateway_of
from apps.payments.services.calls import send_due_calls as send_due_calls
from apps.payments.services.cash import correct_cash as correct_cash
from apps.payments.services.cash import record_cash as record_cash
from apps.payments.services.cash import refund_cash as refund_cash
from apps.payments.services.chat import ask_about_charge as ask_about_charge
from apps.payments.services.chat import note_charge as note_charge
from apps.payments.services.comparing import ask_for_comparison as ask_for_comparison
from apps.payments.services.comparing import compare_day as compare_day
from apps.payments.services.comparing import compare_due_days as compare_due_days
from apps.payments.services.erasing import hold_for_erasure as hold_for_erasure
from apps.payments.services.events import keep_event as keep_event
from apps.payments.services.events import look_into_events as look_into_events
from apps.payments.services.facts import apply_fact as apply_fact
from apps.payments.services.facts import book_given_back as book_given_back
from apps.payments.services.oddities import put_question as put_question
from apps.payments.services.oddities import settle_question as settle_question
from apps.payments.services.receipts import fitted as fitted
from apps.payments.services.refunds import request_refund as request_refund
from apps.payments.services.staff import StepUp as StepUp
from apps.payments.services.staff import give_back_by_staff as give_back_by_staff
from apps.payments.services.staff import note_given_back as note_given_back
from apps.payments.services.staff import prove as prove
