"""What the API's documentation shows in a field: by the field's name, or by schema and name."""

from typing import Any

MOMENT, DAY, CLOCK = "2026-11-27T09:30:00+03:00", "2026-12-24", "10:00:00"
UUID = "6f1c8e9a-3b0d-4c57-9a41-2e7d5b8c0f13"

BY_FORMAT: dict[str, str] = {
    "uuid": UUID,
    "date-time": MOMENT,
    "date": DAY,
    "time": CLOCK,
    "email": "anna@example.com",
    "uri": "https://shop.example/",
    "decimal": "10.00",
    "binary": "(the file)",
}

BY_NAME: dict[str, Any] = {
    # Goods
    "sku": "PEL-SIB-900", "skus": "PEL-SIB-900", "slug": "pelmeni-siberian",
    "product_slug": "pelmeni-siberian", "category": "pelmeni", "parent": "frozen-dough",
    "products": "pelmeni-siberian", "categories": "pelmeni", "brand": "Zimnegorye",
    "name": "Siberian pelmeni", "name_ru": "Пельмени сибирские", "name_en": "Siberian pelmeni",
    "description": "Hand-made, with beef and pork.", "description_en": "Hand-made.",
    "description_ru": "Ручной лепки.", "composition": "Wheat flour, beef, pork, onion, salt",
    "composition_en": "Wheat flour, beef, pork", "composition_ru": "Мука, говядина, свинина",
    "barcode": "4601234567893", "emoji": "🥟", "tag": "hit", "tags": "hit", "allergens": "gluten",
    "alt": "A bowl of pelmeni", "alt_en": "A bowl of pelmeni", "alt_ru": "Тарелка пельменей",
    "small": "/media/products/3f0c-200.webp", "medium": "/media/products/3f0c-600.webp",
    "large": "/media/products/3f0c-1200.webp", "image": "/media/products/3f0c-200.webp",
    "pack_weight_g": 900, "weight_g": 1760, "kcal": 248, "protein_g": "11.5", "fat_g": "12.0",
    "carbs_g": "23.5", "shelf_life_days": 180, "box_volume_ml": 1500, "max_per_order": 20,
    "search": "pelmeni", "words": "siberian",
    # Money
    "price": "649.00", "regular_price": "699.00", "unit_price": "649.00", "seen_price": "649.00",
    "new_price": "599.00", "old_price": "649.00", "new_regular_price": "699.00",
    "old_regular_price": "749.00", "kilogram_price": "1249.98", "items_total": "1298.00",
    "total": "1298.00", "regular_total": "1398.00", "expected_total": "1497.00",
    "discount": "0.00", "savings": "100.00", "delivery_fee": "199.00", "fee": "199.00",
    "full_delivery_fee": "199.00", "amount": "1497.00", "minimum_total": "500.00",
    "free_from": "3000.00", "from_total": "2000.00", "budget": "50000.00", "cost": "412.50",
    "discount_percent": "15.00", "price_min": "100.00", "price_max": "900.00",
    # People and places
    "first_name": "Anna", "last_name": "Ivanova", "customer": "Anna Ivanova", "username": "anna",
    "by": "anna", "actor": "anna", "courier": "Ivan Petrov", "picker": "Oleg", "counted_by": "Oleg",
    "in_charge": "Oleg", "started_by": "Oleg", "accepted_by": "anna", "settled_by": "anna",
    "called_by": "anna", "contact_name": "Anna", "contact_phone": "+79161234567",
    "phone": "+79161234567", "email": "anna@example.com", "password": "correct horse battery",
    "user_agent": "Mozilla/5.0 (Linux; Android 15)", "roles": "manager", "label": "Home",
    "city": "Moscow", "street": "Lesnaya 7", "flat": "12", "entrance": "2", "floor": "5",
    "comment": "The bell is broken, please call", "one_line": "Moscow, Lesnaya 7, flat 12",
    "address": "Moscow, Lesnaya 7, flat 12", "details": "entrance 2, floor 5",
    "address_details": "entrance 2, floor 5", "address_comment": "Green gate",
    "address_en": "Lesnaya 7", "address_ru": "Лесная, 7", "latitude": "55.781234",
    "longitude": "37.589012", "zone": "moscow", "hours": "10:00–21:00", "hours_en": "10:00–21:00",
    "hours_ru": "10:00–21:00", "opens": "10:00", "closes": "21:00", "weekday": 1,
    "radius_km": "5.00", "from_km": "3.00", "area_km2": "78.50", "vehicle": "A123BC77",
    "map_url": "https://yandex.ru/maps/?pt=37.58,55.78", "confirmation_url": "https://bank.example/p",
    "init_data": "query_id=AAHdF6IQ&user=%7B%22id%22%3A77000001%7D&auth_date=1795762200&hash=9c2f",
    "access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI2ZjFjIn0.c2ln",
    "refresh": "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiI2ZjFjIn0.c2ln",
    # Orders, the warehouse and the road
    "number": "2611-4827", "order_number": "2611-4827", "order": "2611-4827",
    "status_name": "Placed", "pickup_code": "4827", "payment": "cash", "shelf": "A-03-2",
    "lot_code": "L2411-7", "supplier": "Zimnegorye LLC", "made_on": "2026-10-01",
    "expires_on": "2027-04-01", "scanned": "4601234567893", "temperature": "-19.5",
    "reason": "The box was torn", "refusal": "Two boxes had thawed", "note": "Call before 18:00",
    "version": 3, "cart_version": 3, "quantity": 2, "count": 1, "stars": 5, "value": "10.00",
    "percent": "10", "starts": 22, "ends": 9,
    # Answers
    "can_check_out": True, "is_open": True, "is_active": True, "is_applied": True,
    "is_current": True, "can_cancel": True,
    "text": "Only 3 left in stock.", "title": "Ten per cent off dumplings", "detail": "Sold out.",
    "chance": "202.00 more, and delivery is free.", "request_id": "b1946ac92492d234",
    "next": None, "previous": None,
}  # fmt: skip

BY_SCHEMA: dict[str, dict[str, Any]] = {
    "Cart": {"warnings": [], "gifts": [], "chance": ""},
    "CartLine": {"warnings": [], "offers": [], "kilogram_price": None, "available": 12},
    "CartWarning": {"code": "less_stock"},
    "Code": {"code": "WINTER10", "text": "10 % off", "amount": "129.80"},
    "Order": {"shortage": "0.00", "weighed_off": "0.00", "given_back": "0.00", "total": "1497.00"},
    "OrderDetail": {
        "shortage": "0.00", "weighed_off": "0.00", "given_back": "0.00", "total": "1497.00"
    },
    "OrderEvent": {"reason": ""},
    "OrderLine": {"gift_quantity": 0, "refunded_quantity": 0, "weighed_off": "0.00"},
    "OrderSaving": {"text": "Ten per cent off dumplings", "amount": "100.00"},
    "PaymentMethod": {"code": "cash", "name": "Cash to the courier"},
    "PickupPoint": {"name": "Lesnaya"},
    "Profile": {"roles": []},
    "Quote": {"total": "1497.00", "missing_for_minimum": "0.00", "fee_text": "", "warnings": []},
    "QuotedZone": {"slug": "moscow", "name": "Moscow"},
    "Saving": {"text": "Ten per cent off dumplings", "amount": "100.00"},
    "TypedCode": {"code": "WINTER10"},
    "Zone": {"slug": "moscow", "name": "Moscow"},
}  # fmt: skip
