import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Validate FLAVOUR FILE…: print each fault of the PDFs by the standard, such as ua1 or 2u. */
public class Validate {
    private static final int MOST = 20; // faults printed of one file and rule

    public static void main(String[] args) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour flavour = PDFAFlavour.fromString(args[0]);
        for (int i = 1; i < args.length; i++) {
            validate(args[i], flavour);
        }
    }

    private static void validate(String path, PDFAFlavour flavour) throws Exception {
        var foundry = Foundries.defaultInstance();
        try (PDFAParser parser = foundry.createParser(new FileInputStream(path), flavour);
                var validator = foundry.createValidator(flavour, MOST, false, true, false)) {
            for (TestAssertion fault : validator.validate(parser).getTestAssertions()) {
                System.out.printf("%s: %s %s%n", path, fault.getRuleId().getClause(),
                    fault.getErrorMessage());
            }
        }
    }
}
