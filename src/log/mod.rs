//! Where the record is kept. Knows nothing of what events mean.
