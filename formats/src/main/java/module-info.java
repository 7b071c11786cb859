/** The ports: model and tensor files, read and written. */
module quern.formats {
    requires transitive quern.ops;
}
