"""The one-to-one assignment of greatest total weight in a sparse table, exactly, one connected piece at a
time.

Two partitions of a million records overlap in small pieces. A piece with one row or one column is settled
by its greatest weight; a small one by the dense Hungarian method, a large one by the sparse one (Jonker and
Volgenant 1987, both in SciPy).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DENSE_CELLS = 250_000  # rows times columns up to which a piece is solved as a dense matrix


def best_total(rows: Ints, columns: Ints, weights: Floats) -> float:
    """The greatest sum of ``weights`` over cells of which no two share a row or a column.

    ``rows[i], columns[i]`` (from 0, each cell once) has the weight ``weights[i] > 0``; absent cells weigh 0.

    >>> best_total(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([0.9, 0.6, 0.5]))
    1.1
    """
    if not len(rows):
        return 0.0
    piece, narrow = _pieces(rows, columns)
    best = np.zeros(int(piece.max()) + 1)
    np.maximum.at(best, piece[narrow], weights[narrow])
    totals = best.tolist()
    wide = np.flatnonzero(~narrow)
    wide = wide[np.argsort(piece[wide], kind="stable")]
    for cells in np.split(wide, np.flatnonzero(np.diff(piece[wide])) + 1) if len(wide) else []:
        totals.append(_solve(rows[cells], columns[cells], weights[cells]))
    return math.fsum(totals)


def _pieces(rows: Ints, columns: Ints) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """For each cell, its connected piece, and whether that piece has only one row or one column."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    height, width = int(rows.max()) + 1, int(columns.max()) + 1
    edges = coo_array((np.ones(len(rows), np.int8), (rows, columns + height)), shape=(height + width, height + width))
    count, label = connected_components(edges, directed=False)
    tall = np.bincount(label[:height], minlength=count)
    broad = np.bincount(label[height:], minlength=count)
    piece = label[rows]
    return piece, np.minimum(tall, broad)[piece] == 1


def _solve(rows: Ints, columns: Ints, weights: Floats) -> float:
    row_ids, row = np.unique(rows, return_inverse=True)
    column_ids, column = np.unique(columns, return_inverse=True)
    if len(row_ids) * len(column_ids) <= DENSE_CELLS:
        return _solve_dense(row, column, weights, len(row_ids), len(column_ids))
    return _solve_sparse(row, column, weights, len(row_ids), len(column_ids))


def _solve_dense(row: Ints, column: Ints, weights: Floats, height: int, width: int) -> float:
    from scipy.optimize import linear_sum_assignment

    dense = np.zeros((height, width))
    dense[row, column] = weights
    return math.fsum(dense[linear_sum_assignment(dense, maximize=True)].tolist())


def _solve_sparse(row: Ints, column: Ints, weights: Floats, height: int, width: int) -> float:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    # The method wants a full matching: each row gets a column of its own to fall back on. All weights are
    # raised by one since a stored zero would count as absent; as every row is matched exactly once, that
    # changes no choice.
    own = np.arange(height)
    lifted = np.concatenate([weights + 1.0, np.ones(height)])
    places = (np.concatenate([row, own]), np.concatenate([column, width + own]))
    matrix = csr_array((lifted, places), shape=(height, width + height))
    chosen_rows, chosen_columns = min_weight_full_bipartite_matching(matrix, maximize=True)
    key, chosen = row * width + column, (chosen_rows * width + chosen_columns)[chosen_columns < width]
    return math.fsum(weights[np.isin(key, chosen)].tolist())
