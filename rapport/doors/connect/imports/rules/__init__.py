"""Reading address books: files in, cards out, with neither Django nor a database.

`vcards.read_vcards` reads .vcf files; `tables.describe` and `tables.read_rows` read CSV-like files, whose columns
`columns.guess` recognises and whose rows `rows.card_of` turns into the same `card.Card`.
"""
