using MudBlazor;

namespace Ampacity.Server;

/// <summary>Colours and type of the web pages. Fonts are the reader's own: no page asks another host for anything.</summary>
internal static class ShellTheme
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif"];

    /// <summary>Light and dark palette. Text on every surface has a contrast of at least 4.5.</summary>
    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b5cad",
            AppbarBackground = "#10243a",
            AppbarText = "#ffffff",
            Background = "#f3f5f8",
            Surface = "#ffffff",
            TextPrimary = "#16202b",
            TextSecondary = "#4a5764",
            LinesDefault = "#d5dbe2",
            Divider = "#d5dbe2",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#7db8f5",
            AppbarBackground = "#0b1622",
            AppbarText = "#ffffff",
            Background = "#0f1720",
            Surface = "#17222e",
            TextPrimary = "#e8edf2",
            TextSecondary = "#a9b6c3",
            LinesDefault = "#2e3c4a",
            Divider = "#2e3c4a",
        },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = Fonts } },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px" },
    };
}
