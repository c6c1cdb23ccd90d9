"""Parts of addresses: street words of a dozen languages, units, post codes, states."""

from __future__ import annotations

from smelt.pii.detect.names.words import words

STREET_WORDS = (
    "street|str|road|avenue|lane|boulevard|blvd|parkway|pkwy|highway|hwy|crescent|terrace"
    "|freeway|expressway|turnpike|mews|nagar|salai|marg"
)
"""Words with which only street names end; after a name they need no house number."""

USUAL_STREET_WORDS = (
    f"{STREET_WORDS}|st|rd|ave?|ln|drive|dr|court|ct|square|sq|way|circle|cir|trail|trl|plaza|gardens|colony"
)
"""STREET_WORDS and abbreviations, which are nearly certain after a house number."""

WEAK_STREET_WORDS = (
    "place|pl|close|alley|row|grove|walk|path|loop|run|pike|ridge|glen|heights|hts|hills?|park|point"
    "|crossing|bend|cove|creek|view|green|layout|gate|gateway|ways"
    "|landing|bypass|canyon|cliffs?|estates?|ferry|fields?|ford|forest|forge|forks?|haven|hollow|island"
    "|isle|junction|knolls?|lakes?|lodge|manors?|meadows?|mills?|mission"
    "|motorway|mount|mountains?|neck|orchard|overpass|passage|pines?|plains?|prairie|ranch|rapids?|river"
    "|shoals?|shores?|skyway|springs?|spur|station|stravenue|stream"
    "|summit|throughway|trace|trafficway|tunnel|union|valley|viaduct|villages?|ville|vista|wells?|complex"
    "|mall|tower|apartments?|cape|corners?|squares|islands|inlet|causeway|bluffs?|brooks?|bayou|camp|crest|dale|falls"
    "|harbou?rs?|keys?|locks?|parks|ports?|radial|ramp|rapid|spurs|underpass|unions|valleys|views|walks|crossroads?|curve"
    "|divide|extensions?|flats?|garden|glens|greens|groves|courts|drives|streets|roads|circles|mountain|plaza|trafficway"
)
"""Words with which street names end, but that have other meanings; they need a house number and a name before."""

STREET_PREFIXES = (
    r"rue|avenue|av\.|boulevard|bd\.|chemin|impasse|allée|quai|via|viale|piazza|corso|largo|vicolo|strada"
    r"|contrada|calle|c/|avenida|avda\.|paseo|plaza"
    r"|carrera|cra\.|camino|ronda|rúa|rua|r\.|travessa|praça|praca|estrada|alameda|quinta|ul\.|ulica|os\."
    r"|aleja|al\.|plac|pl\.|str\.|bulevardul|calea|ulitsa|an der|auf der|unter den"
    r"|untere|obere|costanera|colonia|rambla|jalan|jl\.|kampung|cais|leof\.|leoforos"
)
STREET_SUFFIXES = (
    r"straße|strasse|stra[sß]e|str|weg|allee|gasse|platz|damm|ufer|stieg|gaten|gata|gatan|vägen|väg|vegen"
    r"|veien|veg|vei|vej|gade|allé|alle|gränd|stien|stræde|torv|torg|katu|kuja|polku"
    r"|straat|stroat|laan|plein|gracht|kade|dijk|singel|dreef|steeg|markt|utca|utja|út|útja|tér|tere|körút"
    r"|fasor|ulice|ulica|ulicza|náměstí|nábřeží|cesta|mnt|skeid|gerði|vogur|holt|braut|stígur|götu"
)
UNIT = (
    r"(?:apt|apartment|suite|ste|unit|flat|room|rm|floor|fl|building|bldg|block|blk|house|door|plot|lot"
    r"|shop|wing|tower|level)\b\.?[ ]*(?:no\.?[ ]*|number[ ]*|#[ ]*)?(?:\d+[a-z]?|[a-z])\b"
)
BOX = (
    r"(?:p\.?[ ]?o\.?[ ]*box|post(?:al)? (?:office )?box|postfach|apartado|box)[ ]*(?:no\.?[ ]*"
    r"|#[ ]*)?\d+|psc[ ]+\d+,?[ ]+box[ ]+\d+|unit[ ]+\d+[ ]+box[ ]+\d+|(?:rr|hc)[ ]?\d+[ ]+box[ ]+\d+"
)
MILITARY = r"\b[AFD]PO[ ,]+A[AEP][ ,]+\d{5}(?:-\d{4})?\b"
"""Army, fleet and diplomatic post offices (USPS Publication 28); the unit is on the line before."""

POST_CODE = (
    r"(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[A-Z]{2}|[A-Z]\d[A-Z][ ]?\d[A-Z]\d"
    r"|[A-Z]{1,2}-\d{4,5}|\d{4}[ ][A-Z]{2}|\d{2}-\d{3}|\d{3}[ ]\d{2}|\d{4}|\d{6})"
)
STATES = words("states")
ENDS_ADDRESS = words("ends_an_address")
