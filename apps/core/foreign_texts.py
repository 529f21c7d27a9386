"""Texts of the API's libraries that they bring no Russian for: named so that ours is found."""

from django.utils.translation import gettext_noop as _

TEXTS = frozenset(
    {
        _("Invalid input."),
        _("Must be a valid boolean."),
        _("Not a valid string."),
        _("Must be a valid UUID."),
        _("A valid biginteger is required."),
        _("Integer value too large to convert to float"),
        _('Invalid datetime for the timezone "{timezone}".'),
        _("Datetime value out of range."),
        _("This dictionary may not be empty."),
        _("Ensure this field has at least {min_length} elements."),
        _("Ensure this field has no more than {max_length} elements."),
        _("Surrogate characters are not allowed: U+{code_point:X}."),
        _('Enter a valid "slug" consisting of Unicode letters, numbers, underscores, or hyphens.'),
        _("Expected available in {wait} second."),
        _("Expected available in {wait} seconds."),
        _("Select a lookup."),
    }
)
