//! The electronic repository ("kho dữ liệu điện tử").
