"""Village libraries: titles, copies, loans, holds across villages, and stock-takes."""
