/** The ports: model and tensor files, read and written. */
module quern.formats {
    requires transitive quern.ops;

    exports quern.formats;
    exports quern.formats.npy;
    exports quern.formats.tflite;
}
