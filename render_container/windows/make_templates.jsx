// Makes the templates that renders ask for: output modules named as the codecs, and nx_full and
// nx_draft. Run it once, in After Effects with its window and in English:
//
//     AfterFX.exe -r C:\intarsia\render_container\windows\make_templates.jsx
//
// Stock templates are the only way to a format from a script (OutputModule's Format can be read but
// not set), so what After Effects ships without is listed at the end, to be made by hand under
// Edit > Templates > Output Module. Templates that are there already are left alone. What it did is
// shown, and written to make_templates.txt in the user's Documents folder.
(function () {
    // Names of stock templates as After Effects 25 and 26 ship them, spaces folded: one has two.
    var MODULES = [
        { name: "video_h264_vbr_1mbps", hand: "Format H.264, MP4; VBR, 1 Mbps" },
        { name: "video_h264_vbr_5mbps", from: "H.264 - Match Render Settings - 5 Mbps" },
        { name: "video_h264_vbr_15mbps", from: "H.264 - Match Render Settings - 15 Mbps" },
        { name: "video_h264_vbr_40mbps", from: "H.264 - Match Render Settings - 40 Mbps" },
        { name: "video_h264_cbr_1mbps", hand: "Format H.264, MP4; CBR, 1 Mbps" },
        { name: "video_h264_cbr_5mbps", hand: "Format H.264, MP4; CBR, 5 Mbps" },
        { name: "video_h264_cbr_15mbps", hand: "Format H.264, MP4; CBR, 15 Mbps" },
        { name: "video_h264_cbr_40mbps", hand: "Format H.264, MP4; CBR, 40 Mbps" },
        { name: "video_prores_422", from: "High Quality" },
        {
            name: "video_prores_4444",
            from: "High Quality with Alpha",
            settings: { "Color": "Straight (Unmatted)" }
        },
        { name: "image_png", hand: "Format PNG Sequence; RGB + Alpha, Straight" },
        { name: "image_jpeg", hand: "Format JPEG Sequence; RGB, quality 10" },
        {
            name: "intermediate",
            from: "Lossless",
            settings: { "Output Audio": "Off" }
        },
        { name: "sound", hand: "Format WAV; 48.000 kHz, 16 Bit, Stereo" }
    ];
    // A whole render gives no range, so the templates decide it: all of the composition.
    var RENDER_SETTINGS = [
        {
            name: "nx_full",
            from: "Best Settings",
            settings: { "Quality": "Best", "Resolution": "Full", "Time Span": "Length of Comp" }
        },
        {
            name: "nx_draft",
            from: "Draft Settings",
            settings: { "Quality": "Draft", "Resolution": "Full", "Time Span": "Length of Comp" }
        }
    ];

    function folded(name) {
        return String(name).replace(/\s+/g, " ");
    }

    // The template's own spelling of a name, or null.
    function spelt(templates, name) {
        for (var i = 0; i < templates.length; i++) {
            if (folded(templates[i]) === folded(name)) {
                return templates[i];
            }
        }
        return null;
    }

    function handmade(wanted, why) {
        return wanted.name + ": MAKE BY HAND: " + (wanted.hand || "like " + wanted.from) + why;
    }

    // holder() gives the render queue item or its output module, anew: changing an output module's
    // settings leaves the old object without use.
    function make(holder, wanted) {
        var templates = holder().templates;
        if (spelt(templates, wanted.name) !== null) {
            return wanted.name + ": was there";
        }
        var stock = wanted.from ? spelt(templates, wanted.from) : null;
        if (stock === null) {
            return handmade(wanted, wanted.from ? " (not found: " + wanted.from + ")" : "");
        }
        try {
            holder().applyTemplate(stock);
            if (wanted.settings) {
                holder().setSettings(wanted.settings);
            }
            holder().saveAsTemplate(wanted.name);
        } catch (error) {
            return handmade(wanted, " (" + error.toString() + ")");
        }
        if (spelt(holder().templates, wanted.name) === null) {
            return handmade(wanted, " (After Effects did not keep it)");
        }
        return wanted.name + ": made from " + stock;
    }

    function makeAll() {
        var lines = ["After Effects " + app.version];
        var comp = app.project.items.addComp("intarsia templates", 16, 16, 1, 1, 25);
        var item = app.project.renderQueue.items.add(comp);
        function module() {
            return item.outputModule(1);
        }
        function settings() {
            return item;
        }
        try {
            var i;
            for (i = 0; i < MODULES.length; i++) {
                lines.push(make(module, MODULES[i]));
            }
            for (i = 0; i < RENDER_SETTINGS.length; i++) {
                lines.push(make(settings, RENDER_SETTINGS[i]));
            }
        } finally {
            item.remove();
            comp.remove();
        }
        // Templates are preferences, and those are written when After Effects ends, or now.
        app.preferences.saveToDisk();
        return lines;
    }

    function write(lines) {
        var file = new File(Folder.myDocuments.fsName + "/make_templates.txt");
        file.encoding = "UTF-8";
        if (file.open("w")) {
            file.write(lines.join("\n") + "\n");
            file.close();
        }
    }

    var report = makeAll();
    write(report);
    alert(report.join("\n"), "Intarsia");
})();
