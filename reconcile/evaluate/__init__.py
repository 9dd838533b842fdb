"""How good is a partition of the records into events: scores, calibration, and the errors themselves.

files       members and truth from CSV or Parquet, strictly
scores      pairwise, B-cubed, CEAF-e, MUC, CoNLL
calibration is a confidence of 0.9 right nine times in ten?
mistakes    the worst false merges and false splits
render      all of it as text or JSON
"""

from reconcile.evaluate.calibration import calibration_error, calibration_table, judged_members, judged_pairs
from reconcile.evaluate.files import read_members, read_truth
from reconcile.evaluate.mistakes import worst_errors
from reconcile.evaluate.render import to_json, to_text
from reconcile.evaluate.scores import Evaluation, Score, evaluate

__all__ = [
    "Evaluation",
    "Score",
    "calibration_error",
    "calibration_table",
    "evaluate",
    "judged_members",
    "judged_pairs",
    "read_members",
    "read_truth",
    "to_json",
    "to_text",
    "worst_errors",
]
