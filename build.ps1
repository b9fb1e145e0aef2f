<#
.SYNOPSIS
Builds, tests or packages the module, or makes its image. Runs in PowerShell 7.6 and in this project's own shell alike.
.DESCRIPTION
Build    The importable module and the shell, in out/<Configuration>/.
Test     All tests.
Package  The module and the shell, compiled ahead of time (ReadyToRun) for one platform, in out/Release/package/<Runtime>/, and zipped beside it.
Image    The container image of module/deploy/Dockerfile, by docker, podman or buildah, whichever is there; with -Push it goes to -Registry.
.EXAMPLE
dotnet run -c Release --project src/K8sScaleTest.Shell -- -File build.ps1 -Task Package
.EXAMPLE
./build.ps1 -Task Package -Runtime linux-arm64
.EXAMPLE
./build.ps1 -Task Image -Registry registry.example/team -Push
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Package', 'Image')]
    [string] $Task = 'Build',
    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',
    # What Package compiles for, as .NET names it: linux-x64, linux-arm64, osx-arm64, win-x64.
    [string] $Runtime = 'linux-x64',
    # Where the image belongs: host/namespace. Without it the image has a name for this machine alone.
    [string] $Registry,
    # Sends the image to the registry.
    [switch] $Push,
    # What Image builds for; this machine's own architecture by default.
    [ValidateSet('', 'linux/amd64', 'linux/arm64')]
    [string] $Platform,
    # Images to build in and to build upon, instead of those that the Dockerfile names.
    [string] $SdkImage,
    [string] $BaseImage,
    # docker, podman or buildah; the first of them that works by default.
    [ValidateSet('', 'docker', 'podman', 'buildah')]
    [string] $Tool
)

$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot

function Invoke-DotNet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) { throw "dotnet $($args -join ' ') ended with $LASTEXITCODE." }
}

function Copy-Folder([string] $From, [string] $To) {
    foreach ($file in [IO.Directory]::GetFiles($From, '*', 'AllDirectories')) {
        $target = [IO.Path]::Combine($To, [IO.Path]::GetRelativePath($From, $file))
        $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($target))
        [IO.File]::Copy($file, $target, $true)
    }
}

function Publish-Compiled([string] $Project, [string] $Folder) {
    # What it refers to was built for all platforms before; only this project and its packages are compiled for the one.
    Invoke-DotNet publish "$root/src/$Project" -c Release -r $Runtime --no-self-contained '-p:PublishReadyToRun=true' '-p:BuildProjectReferences=false' '-p:PublishDocumentationFile=false' -o $Folder
}

switch ($Task) {
    'Build' {
        Invoke-DotNet build "$root/K8sScaleTest.sln" -c $Configuration
    }
    'Test' {
        Invoke-DotNet test --solution "$root/K8sScaleTest.sln" -c $Configuration
    }
    'Image' {
        . "$root/build-image.ps1"
        Build-Image -Root $root -Version (& dotnet msbuild "$root/src/K8sScaleTest" -getProperty:Version) -Registry $Registry -Push:$Push -Platform $Platform -SdkImage $SdkImage -BaseImage $BaseImage -Tool $Tool
    }
    'Package' {
        Invoke-DotNet build "$root/src/K8sScaleTest.Shell" -c Release
        $version = & dotnet msbuild "$root/src/K8sScaleTest" -getProperty:Version
        $package = "$root/out/Release/package/$Runtime"
        $module = "$package/K8sScaleTest/$version"
        $scratch = "$package/scratch"
        if ([IO.Directory]::Exists($package)) { [IO.Directory]::Delete($package, $true) }
        Copy-Folder "$root/out/Release/K8sScaleTest/$version" $module
        Publish-Compiled K8sScaleTest.Engine "$module/engine"
        Publish-Compiled K8sScaleTest.LocalApi "$module/local-api"
        Publish-Compiled K8sScaleTest.Shell "$package/shell"
        Publish-Compiled K8sScaleTest $scratch
        [IO.File]::Copy("$scratch/K8sScaleTest.dll", "$module/K8sScaleTest.dll", $true)
        [IO.Directory]::Delete($scratch, $true)
        $zip = "$package.zip"
        if ([IO.File]::Exists($zip)) { [IO.File]::Delete($zip) }
        $null = [Reflection.Assembly]::Load('System.IO.Compression.ZipFile')
        [IO.Compression.ZipFile]::CreateFromDirectory($package, $zip)
        $Host.UI.WriteLine("The package is in $package and in $zip.")
    }
}
