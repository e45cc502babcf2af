"""Which column of a file holds what: by its header, in French or English, or by what a person says it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from rules import street
from rules.contact_fields import (
    ADDRESS,
    EXTENSION,
    FAX,
    IGNORED,
    MAILING,
    MOBILE,
    MORE_ADDRESS,
    NAMES,
    ORGANISATION,
    SEVERAL,
    SMS,
    STREET_TYPE,
    VOICE,
    WAYS,
    WHOLE_NAME,
)

SYNONYMS = {
    "first_name": "first name, prénom, prénoms, given name, forename, nom usuel",
    "last_name": "last name, nom, nom de famille, name, surname, family name",
    WHOLE_NAME: """nom et prénom, prénom et nom, nom complet, nom prénom, full name, complete name, first and last name,
        citoyen, résident, contribuable, propriétaire, occupant, locataire, abonné, contact, nom du citoyen,
        nom du résident, nom du propriétaire, nom du contribuable, nom du contact, nom de l'occupant, nom du locataire,
        resident, owner, tenant, citizen, resident name, contact name, owner name, nom de l'abonné, destinataire,
        personne, nom de la personne, titulaire""",
    ORGANISATION: """organisation, organization, organisme, entreprise, compagnie, société, raison sociale, commerce,
        company, business, nom de l'entreprise, nom de l'organisme, nom du commerce, company name, business name,
        organization name, établissement, nom de l'établissement, employeur""",
    "language": """langue, language, lang, langue de correspondance, langue de communication, langue parlée,
        langue d'usage, preferred language, langue préférée, code langue, langue maternelle""",
    "email": """email, e-mail, courriel, adresse courriel, adresse électronique, courrier électronique, mail,
        email address, e-mail address, adresse de courriel, adresse e-mail, adresse mail, adr courriel, courriels,
        emails, adresse email, courriel personnel, courriel principal""",
    "civic_number": """civic number, civic, no civique, numéro civique, n° civique, num civique, civique, no de rue,
        numéro de rue, house number, street number, no immeuble, numéro d'immeuble, no de porte, numéro de porte,
        no d'adresse, no de maison, numéro de maison, civic address number, no adresse, no municipal""",
    "street": """street, rue, nom de rue, nom de la rue, voie, nom de voie, odonyme, street name, route, voie publique,
        nom de la voie, road, rue avenue""",
    STREET_TYPE: """générique, type de rue, type de voie, type voie, générique de rue, générique de voie, street type,
        type rue, odonyme générique""",
    "unit": """unit, unité, app, appt, apt, appartement, apartment, no app, numéro d'appartement, no appartement, suite,
        bureau, local, logement, unit number, no unité, no de logement, porte, app bureau, app no, no apt, log,
        appartement unité, unité appartement""",
    ADDRESS: """adresse, address, adresse civique, adresse complète, adresse municipale, civic address, street address,
        adresse de résidence, adresse domicile, home address, adresse du domicile, adresse 1, address 1,
        home street, address line 1, adresse ligne 1, ligne 1 adresse, adresse physique, adresse principale,
        emplacement, lieu,
        adresse résidentielle, adresse de la propriété, adresse de l'immeuble, full address, adr, adr civique,
        localisation, adresse postale civique, adresse d'intervention""",
    MORE_ADDRESS: "adresse 2, address 2, address line 2, adresse ligne 2, ligne 2 adresse, complément d'adresse",
    MAILING: "adresse postale, adresse de correspondance, mailing address, postal address, adresse d'envoi",
    "city": """city, home city, ville, municipalité, municipality, town, localité, nom de la ville, nom municipalité,
        village,
        ville municipalité, municipalité ville, commune, nom de la municipalité""",
    "postal_code": """postal code, home postal code, code postal, cp, c p, zip, zip code, code postale, codepostal,
        postcode, postal""",
    "sector": """sector, secteur, quartier, zone, district, arrondissement, neighbourhood, neighborhood, area,
        nom du secteur, secteur d'alerte, zone d'alerte, secteur municipal, nom du quartier, nom de la zone""",
    "topics": """topics, topic, sujet, sujets, thématique, thématiques, thème, thèmes, abonnements, catégories,
        type d'alerte, types d'alertes, sujets d'intérêt, centres d'intérêt, subscriptions, interests, alert types,
        categories, types d'avis, préférences d'alerte, champs d'intérêt""",
    "latitude": "latitude, lat, y lat",
    "longitude": "longitude, long, lng, lon, x long",
    EXTENSION: "poste, extension, ext, no de poste, poste téléphonique, numéro de poste, poste tél",
    SMS: "sms, texto, textos, text, text message, message texte, messages texte, numéro sms, numéro texto, text number",
    VOICE: "voice, voix, phone, telephone, numéro de téléphone, phone number, appel vocal, voice call",
    MOBILE: "mobile, cellulaire, cell, cel, portable, cellphone, smartphone, téléphone intelligent, mobilité",
}
"""Field -> its usual headers, with commas. Telephones have a grammar beside (`_telephone`)."""

_PHONE = {"telephone", "tel", "phone", "telephonique", "tph", "telephones", "phones"}
_MOBILE = {"cellulaire", "cell", "cel", "mobile", "portable", "cells", "cellulaires", "cellular", "cellphone"}
_TEXT = {"sms", "texto", "textos", "text", "texte"}
_FAX = {"fax", "telecopieur", "telecopie", "facsimile", "telec", "telecop"}
_WHICH = set(
    re.findall(
        r"[\w-]+",
        """
        maison res resid residence residentiel residentielle domicile dom home travail trav bureau bur
        work bus business affaires affaire autre autres other others principal principale secondaire
        main primary secondary alternate alternatif jour soir day evening fixe landline land line
        filaire personnel personnelle perso personal prof professionnel professionnelle messages message
        1 2 3 4 5 6 7 8 9 10 i ii iii iv a b ind regional complet rejoindre joindre appel alerte alertes
        num citoyen resident contact
        """,
    )
)
_EMPTY = set(
    re.findall(
        r"[\w-]+",
        """
        de du des d la le les l un une of the a au aux et and en ou or pour for your votre son value valeur
        """,
    )
)
_NUMBERS = set(
    re.findall(
        r"[\w-]+",
        """
        no numero num n nb number nbr numeros
        """,
    )
)
_NO_NUMBER = {"id", "identifiant", "matricule", "date", "lot"}

SURE = 88
"""Of 100, by rapidfuzz: a header that is so near to a known one is that one, written wrongly."""

LIKELY = 70
LONGEST_HEADER = 60
SHORTEST = 6
"""Letters of a header that may be written wrongly: short words are near to too many."""


_IS_DATA = re.compile(r"\S@\S|(?:\d[ .()-]*){7}")


class Column(NamedTuple):
    """One column of the file. `header`: as the file has it. `because`: "" when the header says it."""

    header: str
    field: str
    because: str = ""


class BadMapping(ValueError):
    """What was said of a column cannot be; the message says why and what to do."""


@lru_cache(maxsize=10_000)
def key(header: str) -> frozenset[str]:
    """The words of a header that count: no accents, no case, no brackets, no small words, in any order."""
    plain = street.folded(re.sub(r"\([^)]*$", "", header)).replace("°", "o ").replace("#", " no ")
    plain = re.sub(r"(?<=[a-z])(?=\d)", " ", plain)
    words = [word for word in re.split(r"[^a-z0-9]+", plain) if word]
    counted = ["num" if word in _NUMBERS else word for word in words if word not in _EMPTY]
    return frozenset(counted or words)


_KNOWN = {key(header.strip()): field for field, headers in reversed(SYNONYMS.items()) for header in headers.split(",")}
_SPELLINGS = {street.folded(header.strip()): field for field, all_ in SYNONYMS.items() for header in all_.split(",")}


@lru_cache(maxsize=10_000)
def meaning(header: str) -> str:
    """The field that this header names; empty when it names none."""
    words = key(header)
    if not words or words & _NO_NUMBER:
        return ""
    return _exactly(words) or _exactly(words - {"num"}) or _telephone(words) or _without_brackets(header)


def _exactly(words: frozenset[str]) -> str:
    return _KNOWN.get(words, "")


def _telephone(words: frozenset[str]) -> str:
    rest = words - _PHONE - _WHICH
    if words & _FAX:
        return FAX
    if rest and not rest - _TEXT - _MOBILE:
        return MOBILE if rest & _MOBILE else SMS
    return VOICE if words & _PHONE and not rest else _numbered(words)


def is_place_to_call(header: str) -> bool:
    """Résidence, Travail, Bureau (jour): where somebody is reached, without the word telephone."""
    words = key(header)
    return bool(words) and words <= _WHICH | {"num"} and any(len(word) > 2 for word in words)


def _numbered(words: frozenset[str]) -> str:
    """`Courriel 2`."""
    found = _exactly(frozenset(word for word in words if not word.isdigit()))
    return found if found in SEVERAL else ""


def _without_brackets(header: str) -> str:
    """`Nom (obligatoire)`."""
    plain = re.sub(r"[(\[{][^)\]}]*[)\]}]", " ", header)
    return meaning(plain) if plain != header and plain.strip() else ""


def nearly(header: str) -> str:
    """The field whose header this is, but for a slip of the pen."""
    found = _nearest(header, SURE) if len(header) >= SHORTEST else ""
    return _SPELLINGS[found] if found else ""


def nearest_field(header: str) -> str:
    """A field to ask about; empty when no known header is near."""
    found = _nearest(header, LIKELY)
    return _SPELLINGS[found] if found else ""


def _nearest(header: str, least: float) -> str:
    found = process.extractOne(street.folded(header), list(_SPELLINGS), scorer=fuzz.ratio, score_cutoff=least)
    return str(found[0]) if found else ""


def known(cells: Iterable[str]) -> int:
    """How many different fields a line of headers names."""
    return len({found for cell in cells if len(cell) < LONGEST_HEADER and (found := meaning(cell.strip()))})


def is_header(cells: Sequence[str], mapping: Mapping[str, str]) -> bool:
    """It names who somebody is and how to reach them, or a column that was spoken of."""
    short = [cell.strip() for cell in cells if 0 < len(cell.strip()) < LONGEST_HEADER]
    if any(_IS_DATA.search(cell) for cell in cells):
        return False
    found = {meaning(cell) or nearly(cell) for cell in short} - {""}
    said = {mapping[spelling] for cell in short if (spelling := street.folded(cell)) in mapping}
    return bool(said - {IGNORED}) or (len(found) >= 2 and bool(found & (NAMES | WAYS)))


def named(header: Sequence[str], mapping: Mapping[str, str]) -> list[Column]:
    """Each column of a header. `mapping`: folded header, number or letter of a column -> field. Raises BadMapping."""
    unused = dict(mapping)
    found = []
    for number, cell in enumerate(map(str.strip, header), start=1):
        said = unused.pop(street.folded(cell), "") or unused.pop(str(number), "") or unused.pop(letters(number), "")
        found.append(Column(cell, said, "as you said") if said else _by_header(cell))
    if unused:
        raise BadMapping(f"--map: there is no column “{next(iter(unused))}”: the columns are {', '.join(header)}")
    return _one_each(_civic(found))


def letters(number: int) -> str:
    """What spreadsheets call a column, from 1: a, b … z, aa."""
    before, last = divmod(number - 1, 26)
    return (letters(before) if before else "") + chr(ord("a") + last)


def _by_header(cell: str) -> Column:
    if found := meaning(cell):
        return Column(cell, found)
    found = nearly(cell)
    return Column(cell, found or IGNORED, f"as “{_nearest(cell, SURE)}”" if found else "")


def _civic(found: list[Column]) -> list[Column]:
    """“No” before the street is the civic number; “Adresse” beside a civic number is the street."""
    fields = [column.field for column in found]
    for place, column in enumerate(found):
        following = fields[place + 1] if place + 1 < len(fields) else ""
        if column.field == IGNORED and key(column.header) == {"num"} and following in ("street", ADDRESS):
            found[place] = column._replace(field="civic_number")
    fields = [column.field for column in found]
    if "civic_number" in fields and "street" not in fields and ADDRESS in fields:
        found = [column._replace(field="street") if column.field == ADDRESS else column for column in found]
    if "street" in fields and "civic_number" not in fields and ADDRESS not in fields:
        found = [column._replace(field=ADDRESS) if column.field == "street" else column for column in found]
    return found


def _last_names(found: list[Column]) -> list[Column]:
    """“Name” beside “Family Name” and “Given Name” is the whole name once more."""
    last = [column for column in found if column.field == "last_name"]
    plain = [column for column in last if key(column.header) in (key("name"), key("nom"))]
    if len(plain) != 1 or len(last) != 2 or not any(column.field == "first_name" for column in found):
        return found
    return [column._replace(field=IGNORED) if column is plain[0] else column for column in found]


def _one_each(found: list[Column]) -> list[Column]:
    """Raises BadMapping where two columns would be the same."""
    found = _last_names(found)
    fields = {column.field for column in found}
    for spare, better in ((MAILING, ADDRESS), (ADDRESS, "street"), (ORGANISATION, ""), (WHOLE_NAME, "last_name")):
        if spare in fields and better in fields:
            found = [column._replace(field=IGNORED) if column.field == spare else column for column in found]
    found = [column._replace(field=ADDRESS) if column.field == MAILING else column for column in found]
    seen: dict[str, str] = {}
    for column in found:
        if column.field in seen and column.field not in SEVERAL:
            both = f"“{seen[column.field]}” and “{column.header}” both hold {column.field}"
            raise BadMapping(f'{both}: leave one out with --map "{column.header}={IGNORED}"')
        seen[column.field] = column.header
    return found
