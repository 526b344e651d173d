"""Words from which invented names are made: places on no map, families named after models and drafts."""

from typing import Final

# In the genitive, as names of institutions begin with it.
_PLACES = """Egļkalnu Bērzlauku Mežvārtu Saulgrīvu Dzirnupju Ozolleju Vējkalnu Zilezeru Rudzāju
    Liepsētu Pūpollauku Ķiršukalna Baltstrautu Sūnupītes Vizbuļlauku Kastaņkalna Lazduleju
    Gaiļsalu Zvaigžņkalna Mākoņlauku Miglasgrīvu Dzintarkrogu Priežleju Dzērvjezeru
    Kamolkalna Brūklenāju Viršlauku Paparžkalna Rasaslauku Ūdensrožu Vītolgrīvu
    Atvasarkalna Bišleju Cīruļlauku Daiņkalna Efejkrastu Gundeglauku Pīlādžlauku
    Kļavkrastu Irbenāju Jasmīnkalna Krūklāju Laimesleju Madarlauku Neaizmirstuļu Ogulāju
    Pieneņlauku Sniegpārslu Šķērsstrautu Tauriņlauku Uguņkalna Varavīkšņu Ziemciešu
    Žagatkalna Ābeļziedu Čiekurkroga Ērkšķāju Ģerānijkalna Īriskrastu Ņirbupes"""
PLACES: Final = tuple(_PLACES.split())


_WOMEN = """Aija Baiba Dagnija Elīna Gunta Ieva Inese Jana Kristīne Laura Līga Madara Marta Nora Olga
    Paula Rasma Rūta Sandra Signe Solvita Tija Vita Zane"""
WOMEN: Final = tuple(_WOMEN.split())

_MEN = """Aivars Bruno Dainis Edgars Gatis Guntars Imants Ivars Juris Kaspars Linards Mārtiņš Modris
    Normunds Oskars Pēteris Raivis Roberts Sandis Tālis Uldis Valdis Viesturs Ziedonis"""
MEN: Final = tuple(_MEN.split())

FAMILIES: Final = (
    ("Aizvietone", "Aizvietonis"),
    ("Dubliere", "Dublieris"),
    ("Etalone", "Etalons"),
    ("Fiktīva", "Fiktīvs"),
    ("Iedomiņa", "Iedomiņš"),
    ("Izdomāta", "Izdomāts"),
    ("Maketniece", "Maketnieks"),
    ("Mēģinājuma", "Mēģinājums"),
    ("Neesoša", "Neesošs"),
    ("Nezināma", "Nezināms"),
    ("Pagaidule", "Pagaidulis"),
    ("Parauga", "Paraugs"),
    ("Piemēre", "Piemērs"),
    ("Skicīte", "Skicītis"),
    ("Šablone", "Šablons"),
    ("Testiņa", "Testiņš"),
    ("Uzmetuma", "Uzmetums"),
    ("Variante", "Variants"),
)

COMPANIES: Final = (
    "SIA „Izdomātā izglītība”",
    "SIA „Paraugskola”",
    "Nodibinājums „Piemēru fonds”",
    "Biedrība „Iedomu skolotāji”",
)
