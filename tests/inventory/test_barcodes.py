"""What a scanner types, and what it can't have meant."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.barcodes import has_right_check_digit
from apps.inventory import errors
from apps.inventory.barcodes import Scan, read_scan

TODAY = date(2026, 11, 26)
# A pack, and the case of it: packaging level 1, and so another check digit.
EAN, GTIN, CASE = "4600000000015", "04600000000015", "14600000000012"
GS = "\x1d"


def read(text):
    return read_scan(text, today=TODAY)


class TestCheckDigit:
    # The worked example of the General Specifications, 7.9.1.
    @pytest.mark.parametrize("code", ["6291041500213", "9501101530003", EAN, GTIN, CASE])
    def test_is_right(self, code):
        assert has_right_check_digit(code)

    @given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
    def test_betrays_any_single_slip(self, digits, place, slip):
        code = next(digits + last for last in "0123456789" if has_right_check_digit(digits + last))
        wrong = code[:place] + str((int(code[place]) + slip) % 10) + code[place + 1 :]

        assert not has_right_check_digit(wrong)


class TestReadScan:
    @pytest.mark.parametrize("typed", [EAN, f"  {EAN}\r\n", GTIN])
    def test_reads_the_barcode_of_a_pack(self, typed):
        assert read(typed) == Scan(text=typed.strip(), barcode=EAN)

    def test_reads_an_american_code_as_thirteen_digits(self):
        assert read("036000291452").barcode == "0036000291452"

    def test_knows_the_pack_in_a_case(self):
        scan = read(CASE)

        assert (scan.barcode, scan.is_case) == (EAN, True)

    @pytest.mark.parametrize("typed", ["4600000000016", "14600000000013", f"]C101{CASE[:-1]}310AB"])
    def test_refuses_a_wrong_check_digit(self, typed):
        with pytest.raises(errors.BarcodeMistyped):
            read(typed)

    @pytest.mark.parametrize("prefix", ["", "]C1", "]d2", GS, "]d2" + GS])
    @pytest.mark.parametrize("separator", [GS, "|", "^", "~"])
    def test_reads_lot_and_dates_of_a_label(self, prefix, separator):
        label = f"{prefix}01{GTIN}10L-7/a{separator}11261101172705003712"

        scan = read(label)

        assert (scan.barcode, scan.lot, scan.quantity) == (EAN, "L-7/a", 12)
        # Day 00 is the month's last.
        assert (scan.made_on, scan.expires_on) == (date(2026, 11, 1), date(2027, 5, 31))

    def test_reads_a_label_that_needs_no_separator(self):
        scan = read(f"01{GTIN}172706301526063010AB12")

        # 17 is the day of expiry, 15 the day of "best before".
        assert (scan.lot, scan.expires_on) == ("AB12", date(2027, 6, 30))

    @pytest.mark.parametrize(
        ("element", "grams"),
        [("3103000548", 548), ("3102000055", 550), ("3100000002", 2000), ("3105054800", 548)],
    )
    def test_reads_the_net_weight(self, element, grams):
        assert read(f"01{GTIN}{element}").weight_g == grams
        assert read(f"(01){GTIN}({element[:4]}){element[4:]}").weight_g == grams

    def test_knows_no_weight_in_pounds(self):
        assert read(f"01{GTIN}3202000100").weight_g is None

    def test_reads_best_before_where_there_is_no_expiry(self):
        assert read(f"01{GTIN}15270630").expires_on == date(2027, 6, 30)

    def test_reads_what_is_printed_under_the_bars(self):
        scan = read(f"(01){GTIN}(17)270630(10)AB 12")

        assert (scan.barcode, scan.lot, scan.expires_on) == (EAN, "AB 12", date(2027, 6, 30))

    def test_passes_over_what_it_does_not_need(self):
        scan = read(f"]C101{GTIN}3103000800211234{GS}99house{GS}10L-1")

        assert (scan.barcode, scan.lot) == (EAN, "L-1")

    def test_reads_the_contents_of_a_pallet(self):
        scan = read(f"]C102{CASE}3740{GS}10L-1")

        assert (scan.barcode, scan.is_case, scan.quantity) == (EAN, True, 40)

    def test_undoes_the_russian_layout(self):
        # The same keys, typed while the keyboard was Russian: ]C1…10AB7.
        scan = read(f"ъС101{GTIN}10ФИ7")

        assert (scan.barcode, scan.lot) == (EAN, "AB7")

    @pytest.mark.parametrize(
        "label",
        [
            f"]C101{GTIN[:9]}",
            f"]C101{GTIN}17271301",
            f"]C101{GTIN}17270231",
            f"]C101{GTIN}1727O101",
            f"]C101{GTIN}10{'A' * 21}",
            f"]C101{GTIN}37many",
            f"(01){GTIN[:5]}(10)A",
            f"(01){GTIN}(17)2706",
        ],
    )
    def test_refuses_a_label_with_an_impossible_value(self, label):
        with pytest.raises(errors.LabelUnreadable):
            read(label)

    @pytest.mark.parametrize(
        ("digits", "year"), [("75", 2075), ("76", 2076), ("77", 1977), ("99", 1999), ("00", 2000)]
    )
    def test_tells_the_century_by_today(self, digits, year):
        # General Specifications 7.12: at most 50 years ahead, at most 49 behind.
        assert read(f"01{GTIN}17{digits}0101").expires_on.year == year

    @pytest.mark.parametrize("typed", ["pel-1", "L-2611-7", "12345", "пельмени", "", "]"])
    def test_leaves_the_rest_as_text(self, typed):
        assert read(typed) == Scan(text=typed)

    @given(st.text(max_size=300))
    def test_never_falls_over(self, typed):
        try:
            scan = read(typed)
        except (errors.BarcodeMistyped, errors.LabelUnreadable):
            return
        assert scan.barcode == "" or has_right_check_digit(scan.barcode)
        assert len(scan.text) <= 200
