/* FAMILY(name): the families of questions, in the order in which they are asked. */
FAMILY(malloc)
