//! The tablet's encrypted cache of sealed records, and its audit chain.
