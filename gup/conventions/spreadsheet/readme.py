"""What the first sheet of the workbook tells the person who fills it in."""

from gup.conventions.spreadsheet.layout import EXAMPLE

TITLE = "Une convention de gestion urbaine de proximité"
PARAGRAPHS = (
    ("À quoi sert ce fichier", "Il écrit une version de convention : la version signée, ou un avenant entier."),
    (
        "Comment s'en servir",
        "Remplissez les feuilles, puis déposez le fichier dans Conventions, Importer un fichier. Ce qui changerait "
        "vous est montré avant tout enregistrement, et chaque erreur est dite avec sa feuille, sa ligne et sa colonne.",
    ),
    (
        "Ce qui est enregistré",
        "Un projet, qui n'engage personne. L'administration du DSU l'active ensuite, quand les signataires l'ont relu. "
        "Un projet déposé de nouveau remplace le précédent ; une version activée ne change plus.",
    ),
    (
        "Pour un avenant",
        "Téléchargez la version en vigueur depuis sa page, changez le numéro, les dates et ce qui doit l'être, et "
        "déposez le fichier : un avenant dit toute la convention, pas seulement ce qui change.",
    ),
    (
        "Les couleurs",
        "Titre foncé : colonne obligatoire. Titre plus clair : facultative, ou obligatoire selon la nature. Une bulle "
        "sur chaque titre dit quoi écrire ; la flèche d'une cellule ouvre la liste des valeurs.",
    ),
    (
        "Les exemples",
        f"Une ligne dont la première cellule commence par « {EXAMPLE} » est laissée de côté. Vous pouvez l'effacer.",
    ),
    (
        "Dates, heures, nombres",
        "Une date est une vraie date, pas du texte. Une heure s'écrit 07:30 ; 24:00 est minuit en fin de journée. "
        "Pas de formule : collez les valeurs.",
    ),
    (
        "Texte après une apostrophe",
        "Un texte qui commence par =, +, - ou @ est précédé d'une apostrophe, pour qu'aucun tableur ne l'exécute.",
    ),
    ("Les feuilles", "Gardez les sept feuilles et tous leurs titres, même vides. « Listes » n'est pas lue."),
)
