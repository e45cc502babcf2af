"""Units of measure: how each is written, and said."""

from __future__ import annotations

import re

from prompts.wording.numbers import EN, FR
from rules.model import Language

UNITS: dict[Language, dict[str, tuple[str, str]]] = {
    FR: {
        "km/h": ("kilomètre à l'heure", "kilomètres à l'heure"),
        "m/s": ("mètre par seconde", "mètres par seconde"),
        "km2": ("kilomètre carré", "kilomètres carrés"),
        "m2": ("mètre carré", "mètres carrés"),
        "m3": ("mètre cube", "mètres cubes"),
        "cm2": ("centimètre carré", "centimètres carrés"),
        "cm3": ("centimètre cube", "centimètres cubes"),
        "pi2": ("pied carré", "pieds carrés"),
        "pi3": ("pied cube", "pieds cubes"),
        "km": ("kilomètre", "kilomètres"),
        "cm": ("centimètre", "centimètres"),
        "mm": ("millimètre", "millimètres"),
        "m": ("mètre", "mètres"),
        "ml": ("millilitre", "millilitres"),
        "cl": ("centilitre", "centilitres"),
        "l": ("litre", "litres"),
        "kg": ("kilogramme", "kilogrammes"),
        "mg": ("milligramme", "milligrammes"),
        "μg": ("microgramme", "microgrammes"),
        "g": ("gramme", "grammes"),
        "t": ("tonne", "tonnes"),
        "ha": ("hectare", "hectares"),
        "h": ("heure", "heures"),
        "hre": ("heure", "heures"),
        "hres": ("heure", "heures"),
        "hr": ("heure", "heures"),
        "hrs": ("heure", "heures"),
        "min": ("minute", "minutes"),
        "sec": ("seconde", "secondes"),
        "s": ("seconde", "secondes"),
        "j": ("jour", "jours"),
        "sem": ("semaine", "semaines"),
        "pers": ("personne", "personnes"),
        "Mbps": ("mégabit par seconde", "mégabits par seconde"),
        "Mb/s": ("mégabit par seconde", "mégabits par seconde"),
        "Gbps": ("gigabit par seconde", "gigabits par seconde"),
        "Gb/s": ("gigabit par seconde", "gigabits par seconde"),
        "jr": ("jour", "jours"),
        "jrs": ("jour", "jours"),
        "kW": ("kilowatt", "kilowatts"),
        "kWh": ("kilowattheure", "kilowattheures"),
        "MW": ("mégawatt", "mégawatts"),
        "W": ("watt", "watts"),
        "kV": ("kilovolt", "kilovolts"),
        "V": ("volt", "volts"),
        "Hz": ("hertz", "hertz"),
        "kHz": ("kilohertz", "kilohertz"),
        "MHz": ("mégahertz", "mégahertz"),
        "GHz": ("gigahertz", "gigahertz"),
        "Mo": ("mégaoctet", "mégaoctets"),
        "Go": ("gigaoctet", "gigaoctets"),
        "kPa": ("kilopascal", "kilopascals"),
        "hPa": ("hectopascal", "hectopascals"),
        "psi": ("livre par pouce carré", "livres par pouce carré"),
        "dB": ("décibel", "décibels"),
        "ppm": ("partie par million", "parties par million"),
        "ppb": ("partie par milliard", "parties par milliard"),
        "po": ("pouce", "pouces"),
        "pi": ("pied", "pieds"),
        "lb": ("livre", "livres"),
        "lbs": ("livre", "livres"),
        "oz": ("once", "onces"),
        "mi": ("mille", "milles"),
        "°C": ("degré Celsius", "degrés Celsius"),
        "°F": ("degré Fahrenheit", "degrés Fahrenheit"),
        "°": ("degré", "degrés"),
        "%": ("pour cent", "pour cent"),
        "‰": ("pour mille", "pour mille"),
        "UFC": ("U F C", "U F C"),
        "UTN": ("U T N", "U T N"),
    },
    EN: {
        "km/h": ("kilometre an hour", "kilometres an hour"),
        "kph": ("kilometre an hour", "kilometres an hour"),
        "mph": ("mile an hour", "miles an hour"),
        "m/s": ("metre a second", "metres a second"),
        "km2": ("square kilometre", "square kilometres"),
        "m2": ("square metre", "square metres"),
        "m3": ("cubic metre", "cubic metres"),
        "cm2": ("square centimetre", "square centimetres"),
        "cm3": ("cubic centimetre", "cubic centimetres"),
        "ft2": ("square foot", "square feet"),
        "ft3": ("cubic foot", "cubic feet"),
        "sq ft": ("square foot", "square feet"),
        "km": ("kilometre", "kilometres"),
        "cm": ("centimetre", "centimetres"),
        "mm": ("millimetre", "millimetres"),
        "m": ("metre", "metres"),
        "ml": ("millilitre", "millilitres"),
        "cl": ("centilitre", "centilitres"),
        "l": ("litre", "litres"),
        "kg": ("kilogram", "kilograms"),
        "mg": ("milligram", "milligrams"),
        "μg": ("microgram", "micrograms"),
        "g": ("gram", "grams"),
        "t": ("tonne", "tonnes"),
        "ha": ("hectare", "hectares"),
        "h": ("hour", "hours"),
        "hr": ("hour", "hours"),
        "hrs": ("hour", "hours"),
        "min": ("minute", "minutes"),
        "mins": ("minute", "minutes"),
        "sec": ("second", "seconds"),
        "secs": ("second", "seconds"),
        "s": ("second", "seconds"),
        "wk": ("week", "weeks"),
        "wks": ("week", "weeks"),
        "mos": ("month", "months"),
        "yr": ("year", "years"),
        "yrs": ("year", "years"),
        "pers": ("person", "people"),
        "gpm": ("gallon a minute", "gallons a minute"),
        "sq. ft": ("square foot", "square feet"),
        "Mbps": ("megabit a second", "megabits a second"),
        "Mb/s": ("megabit a second", "megabits a second"),
        "Gbps": ("gigabit a second", "gigabits a second"),
        "Gb/s": ("gigabit a second", "gigabits a second"),
        "kW": ("kilowatt", "kilowatts"),
        "kWh": ("kilowatt hour", "kilowatt hours"),
        "MW": ("megawatt", "megawatts"),
        "W": ("watt", "watts"),
        "kV": ("kilovolt", "kilovolts"),
        "V": ("volt", "volts"),
        "Hz": ("hertz", "hertz"),
        "kHz": ("kilohertz", "kilohertz"),
        "MHz": ("megahertz", "megahertz"),
        "GHz": ("gigahertz", "gigahertz"),
        "MB": ("megabyte", "megabytes"),
        "GB": ("gigabyte", "gigabytes"),
        "kPa": ("kilopascal", "kilopascals"),
        "hPa": ("hectopascal", "hectopascals"),
        "psi": ("pound per square inch", "pounds per square inch"),
        "dB": ("decibel", "decibels"),
        "ppm": ("part per million", "parts per million"),
        "ppb": ("part per billion", "parts per billion"),
        "ft": ("foot", "feet"),
        "yd": ("yard", "yards"),
        "yds": ("yard", "yards"),
        "lb": ("pound", "pounds"),
        "lbs": ("pound", "pounds"),
        "oz": ("ounce", "ounces"),
        "mi": ("mile", "miles"),
        "gal": ("gallon", "gallons"),
        "°C": ("degree Celsius", "degrees Celsius"),
        "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
        "°": ("degree", "degrees"),
        "%": ("percent", "percent"),
        "‰": ("per thousand", "per thousand"),
        "CFU": ("C F U", "C F U"),
        "NTU": ("N T U", "N T U"),
    },
}
"""Singular and plural. A litre and its parts may be written with a capital."""

FEMININE = re.compile(
    r"c\.(?=\sà\s)|(?:heure|minute|seconde|tonne|livre|once|partie|personne|famille|maison|résidence|adresse|rue|école|fois|journée|"
    r"semaine|année|nuit|page|étape|tasse|goutte|cuillère|bouteille|victime|voiture|ligne|porte|zone|place|unité|demie)"
    r"s?\b"
)
ALONE = ("km/h", "m/s", "km2", "m2", "m3", "km", "kg", "cm", "mm", "mg", "kW", "kWh", "°C", "°F")
"""Units that are written without a number, too."""


def pattern(unit: str) -> str:
    return re.escape(unit).replace("2", "(?:2|²)").replace("3", "(?:3|³)") + r"(?![\w²³])"


def any_of(units: dict[str, tuple[str, str]]) -> str:
    """A pattern of any of them, the longest first."""
    known: list[str] = []
    for unit in sorted(units, key=len, reverse=True):
        known.append(re.escape(unit).replace("2", "(?:2|²)").replace("3", "(?:3|³)"))
        if unit in ("l", "ml", "cl"):
            known.append(unit[:-1] + "L")
        if unit in ("°C", "°F"):
            known.append(rf"°\s{unit[1]}")
    return "(?:" + "|".join(known) + ")"


def named(unit: str, language: Language, *, many: bool = True) -> str:
    """A unit in words."""
    plain = unit.replace("²", "2").replace("³", "3").replace("° ", "°")
    forms = UNITS[language].get(plain.strip()) or UNITS[language][plain.lower()]
    return forms[many]
