"""Recalls as JSON. Money is a string with two places."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.fulfilment.dto import Affected, RecallPreview, RecallReport, RecallRow, RefundRow
from apps.orders.dto import OrderStatus


class RecallSerializer(serializers.Serializer[Any]):
    """Why the lot is called back, and its code once more, typed by hand."""

    reason = serializers.CharField(max_length=200)
    confirmation = serializers.CharField(max_length=40, help_text=_("The lot's code."))


class PasswordSerializer(serializers.Serializer[Any]):
    """The caller's password: money moves."""

    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)


class AffectedSerializer(serializers.Serializer[Affected]):
    """An order that has, or was promised, units of the lot."""

    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    customer = serializers.CharField()
    phone = serializers.CharField()
    units = serializers.IntegerField()


class RecallPreviewSerializer(serializers.Serializer[RecallPreview]):
    """Whom a recall would reach; `recall_id` is set where the lot was recalled before."""

    lot_id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    on_shelf = serializers.IntegerField()
    in_hand = serializers.IntegerField()
    was_sold = serializers.BooleanField()
    holders = AffectedSerializer(many=True)
    promised = AffectedSerializer(many=True)
    recall_id = serializers.IntegerField(allow_null=True)


class RecallRefundSerializer(serializers.Serializer[RefundRow]):
    """Money to give back: prepared, settled or waived."""

    id = serializers.IntegerField()
    units = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=12, decimal_places=2)
    state = serializers.CharField()
    settled_at = serializers.DateTimeField(allow_null=True)
    settled_by = serializers.CharField()


class RecallRowSerializer(serializers.Serializer[RecallRow]):
    """An order of the report; `told` is sent, waiting, call, called, or empty."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    customer = serializers.CharField()
    phone = serializers.CharField()
    units = serializers.IntegerField()
    is_out = serializers.BooleanField()
    told = serializers.CharField()
    called_by = serializers.CharField()
    refunds = RecallRefundSerializer(many=True)


class RecallReportSerializer(serializers.Serializer[RecallReport]):
    """How far a recall has come; `to_call` customers are reached by no message."""

    id = serializers.IntegerField()
    lot_code = serializers.CharField()
    name = serializers.CharField()
    reason = serializers.CharField()
    started_by = serializers.CharField()
    started_at = serializers.DateTimeField()
    is_listed = serializers.BooleanField()
    blocked = serializers.IntegerField()
    told = serializers.IntegerField()
    waiting = serializers.IntegerField()
    to_call = serializers.IntegerField()
    to_settle = serializers.IntegerField()
    rows = RecallRowSerializer(many=True)
