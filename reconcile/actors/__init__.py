"""Who is meant by an actor's name: a table of well-known actors, and a grammar for everybody else.

The built-in table (``data/actors.csv``) lists aliases, parents, types and years of well-known actors; a
user's CSV (``name,alias`` and optionally ``parent,type,valid_from,valid_to``) extends it and wins over it.
The grammar reads the systematic names that recorders give ("Military Forces of X (2010-2015)", "Civilians
(X)", "Y Ethnic Militia (X)") and the loose ones of the press ("three policemen", "suspected Y militants").
Keys look like this:

    islamic state            a listed actor: its name, casefolded irak:military            an organ of a
    state (government > forces > military, police ...); "*:police" is of any communal:kakai           a
    community, as attackers or as victims class:media              people or things without a name of their
    own lakurawa                 any other name, its words casefolded (null)                   generic:
    "unidentified gunmen" go with anyone
"""

from reconcile.actors.table import AGAINST, Actor, Actors, Relation

__all__ = ["AGAINST", "Actor", "Actors", "Relation"]
