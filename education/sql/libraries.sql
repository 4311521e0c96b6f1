CREATE SEQUENCE education_book_label;
