"""The demo shop: an assortment, a warehouse, customers and a month of orders.

Everything is made by the services that the shop itself uses, at a clock that is moved back.
"""
