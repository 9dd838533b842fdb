"""The gate for curated data: every mistake in records, judgements and events as a finding, with its place.

finding       what a finding is, its fingerprint, severities
sheet         the rows under check, and where each value stands in its file
form          what the loader refuses, unknown fields
days points figures vocabulary links    rules on the values of one record, or two
judging expected acknowledged           rules on what people have said of the records
events regression                       rules on what the records come to
run           the straight line through all of them
"""

from reconcile.check.acknowledged import line_for
from reconcile.check.data_set import DataSet
from reconcile.check.finding import Finding, at_or_above
from reconcile.check.form import wrong_settings
from reconcile.check.run import Checked, check

__all__ = ["Checked", "DataSet", "Finding", "at_or_above", "check", "line_for", "wrong_settings"]
