/** The quern command and its data readers. */
module quern.cli {
    requires java.desktop;
    requires quern.ops;
    requires quern.formats;
    requires quern.runtime;
    requires quern.quant;
    requires info.picocli;
    requires me.tongfei.progressbar;
    requires com.fasterxml.jackson.databind;

    opens quern.cli to
            info.picocli;
    opens quern.cli.command to
            info.picocli;
    opens quern.cli.data to
            info.picocli;
    opens quern.cli.training to
            info.picocli;
}
