"""Pages of lists: numbered, and never larger than a phone can use."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """`page` and `page_size` (20, at most 100)."""

    page_size_query_param = "page_size"
    max_page_size = 100
