/** A program outside Quern's build that runs a model. */
module embedding {
    requires quern.formats;
    requires quern.runtime;
}
