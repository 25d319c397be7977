"""Words as people type them, turned into tokens; the same for goods and for questions. No database, no engine here.

normal → units, latin, hanzi      what a text is made of
fields                            a SKU's texts as tokens by field
vocabulary, sounds, shapes        the words of the index: how they sound, what they look like
lattice, spelling, phrases        a question cut into words that the index knows
reading                           a question as concepts, each with its ways to match
"""
