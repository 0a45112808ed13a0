//! What the crew sees and touches.
