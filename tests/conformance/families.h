/* FAMILY(name): the families of questions, in the order in which they are asked. */
FAMILY(malloc)
FAMILY(array)
FAMILY(zero)
FAMILY(odd_free)
FAMILY(pool)
FAMILY(pool_life)
FAMILY(pool_share)
